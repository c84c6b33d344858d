#include "pipeline/models/transformer_lane.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/sequence/step.h"
#include "kernels/draw.h"
#include "kernels/torch.h"
#include "schemas/error.h"

namespace ttt {
namespace {

bool is_factor(const TransformerWeight& weight) {
  return weight.role == WeightRole::factor_a || weight.role == WeightRole::factor_b;
}

const float* source_of(const Weights& source, const TransformerWeight& weight) {
  return source.at(weight.name).const_data_ptr<float>();
}

/// One lane of each weight, contiguous and in fp32 on the CPU; shares memory where it can.
Weights shared(const TransformerShape& shape, const Weights& source) {
  Weights all;
  for (const TransformerWeight& weight : weights_of(shape)) {
    const auto found = source.find(weight.name);
    if (found == source.end() || found->second.numel() != weight.size())
      fail(ExitCode::internal, "a transformer of this shape needs {}, {} numbers", weight.name,
           weight.size());
    all[weight.name] = found->second.to(at::kCPU, at::kFloat).contiguous();
  }
  return all;
}

int rank_of(const TransformerLayout& layout) {
  for (const TransformerWeight& weight : layout.weights)
    if (weight.role == WeightRole::factor_a) return static_cast<int>(weight.shape[1]);
  return 0;
}

}  // namespace

TransformerLayout::TransformerLayout(std::vector<TransformerWeight> all) : weights(std::move(all)) {
  for (const TransformerWeight& weight : weights) {
    offsets.push_back(floats);
    floats += (weight.size() + cpu::kLine - 1) / cpu::kLine * cpu::kLine;
  }
}

std::map<std::string, Array> arrays_of(const TransformerLayout& layout, const float* data) {
  std::map<std::string, Array> arrays;
  for (size_t i = 0; i < layout.weights.size(); ++i) {
    const TransformerWeight& weight = layout.weights[i];
    const float* from = data + layout.offsets[i];
    arrays[weight.name] = {weight.shape, std::vector<float>(from, from + weight.size())};
  }
  return arrays;
}

StepRule::StepRule(int64_t floats) : floats_(floats), first_(floats), second_(floats) { reset(); }

void StepRule::reset() {
  steps_ = 0;
  cpu::clear(first_.data(), floats_);
  cpu::clear(second_.data(), floats_);
}

double StepRule::factor(const SequenceStep& step, double norm) const {
  const double share = step.normalise && norm > 0 ? 1 / norm : 1;
  const double left = norm * share;
  return step.clip > 0 && left > step.clip ? share * step.clip / left : share;
}

double StepRule::step(const SequenceStep& step, const float* gradient, float* weights) {
  const double norm = std::sqrt(cpu::squared_length(floats_, gradient));
  if (!std::isfinite(norm)) return std::numeric_limits<double>::quiet_NaN();
  const auto scale = static_cast<float>(factor(step, norm));
  ++steps_;
  const auto number = [](double x) { return static_cast<float>(x); };
  if (const auto* sgd = std::get_if<lanes::Sgd>(&step.rule)) {
    const cpu::SgdStep s{number(sgd->learning_rate), number(sgd->momentum), number(sgd->weight_decay),
                         sgd->nesterov};
    float* velocity = sgd->momentum != 0 ? first_.data() : nullptr;
    return std::sqrt(cpu::sgd_step(floats_, s, scale, gradient, weights, velocity));
  }
  const auto& adam = std::get<lanes::Adam>(step.rule);
  const cpu::AdamStep s{.rate = number(adam.learning_rate / (1 - std::pow(adam.beta1, steps_))),
                        .bias = number(1 / (1 - std::pow(adam.beta2, steps_))),
                        .beta1 = number(adam.beta1),
                        .beta2 = number(adam.beta2),
                        .epsilon = number(adam.epsilon),
                        .decay = number(adam.weight_decay)};
  return std::sqrt(cpu::adam_step(floats_, s, scale, gradient, weights, first_.data(), second_.data()));
}

std::vector<float> initial_factors(const TransformerLayout& layout, uint64_t seed, int64_t sample) {
  std::vector<float> values(static_cast<size_t>(layout.floats));
  for (size_t i = 0; i < layout.weights.size(); ++i) {
    const TransformerWeight& weight = layout.weights[i];
    if (weight.role != WeightRole::factor_a) continue;
    const auto number = static_cast<uint32_t>(weight.layer * sites + static_cast<int>(weight.site));
    const Draw draw(seed, Purpose::low_rank, static_cast<uint64_t>(sample), number);
    const double deviation = 1 / std::sqrt(static_cast<double>(weight.shape[0]));
    for (int64_t k = 0; k < weight.size(); ++k)
      values[static_cast<size_t>(layout.offsets[i] + k)] =
          static_cast<float>(deviation * draw.normal(static_cast<uint32_t>(k)));
  }
  return values;
}

void check_window(const TransformerShape& shape, const TokenWindow& window) {
  const size_t rows = window.tokens.size() / static_cast<size_t>(shape.inputs);
  require(!window.targets.empty() && window.targets.size() <= rows,
          "a window of {} tokens cannot predict {} (at least one, at most one a row)", rows,
          window.targets.size());
  const auto check = [](std::span<const int32_t> tokens, int end) {
    for (const int32_t token : tokens)
      require(token >= 0 && token < end, "token {} is not in a vocabulary of {}", token, end);
  };
  check(window.tokens, shape.vocabulary);
  check(window.targets, shape.classes());
}

TransformerLane::TransformerLane(const TransformerShape& shape, const Weights& source,
                                 const std::string& subset, int rank, uint64_t seed, int64_t sample)
    : shape_(shape),
      source_(shared(shape, source)),
      layout_(adapted_weights(shape, subset, rank)),
      adapted_(layout_.floats),
      gradient_(layout_.floats),
      weights_(shape),
      gradients_(shape),
      rule_(layout_.floats),
      pass_(shape, rank_of(layout_)) {
  if (rank_of(layout_) > 0) start_ = initial_factors(layout_, seed, sample);
  for (const TransformerWeight& weight : weights_of(shape)) weights_.at(weight) = source_of(source_, weight);
  layout_.place<const float*>(adapted_.data(), weights_);
  layout_.place(gradient_.data(), gradients_);
  reset();
}

void TransformerLane::reset() {
  cpu::clear(gradient_.data(), layout_.floats);
  if (start_.empty())
    cpu::clear(adapted_.data(), layout_.floats);
  else
    std::ranges::copy(start_, adapted_.data());
  for (size_t i = 0; i < layout_.weights.size(); ++i)
    if (const TransformerWeight& weight = layout_.weights[i]; !is_factor(weight))
      std::copy_n(source_of(source_, weight), weight.size(), adapted_.data() + layout_.offsets[i]);
  rule_.reset();
}

TokenScores TransformerLane::score(const TokenWindow& window, Kept keep) {
  check_window(shape_, window);
  return pass_.score(weights_, window, keep);
}

TokenScores TransformerLane::differentiate(const TokenWindow& window, Kept keep) {
  check_window(shape_, window);
  return pass_.differentiate(weights_, window, keep, gradients_);
}

double TransformerLane::step(const SequenceStep& step) {
  return rule_.step(step, gradient_.data(), adapted_.data());
}

void TransformerLane::pull_to_source(double share) {
  for (size_t i = 0; i < layout_.weights.size(); ++i) {
    const TransformerWeight& weight = layout_.weights[i];
    const float* from = is_factor(weight) ? start_.data() + layout_.offsets[i] : source_of(source_, weight);
    cpu::pull(weight.size(), static_cast<float>(share), from, adapted_.data() + layout_.offsets[i]);
  }
}

int64_t TransformerLane::bytes() const {
  return 4 * layout_.floats * static_cast<int64_t>(sizeof(float)) + pass_.bytes();
}

}  // namespace ttt
