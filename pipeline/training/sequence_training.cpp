#include "pipeline/training/sequence_training.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "kernels/cpu/sequence/step.h"
#include "kernels/lanes/threads.h"
#include "pipeline/models/transformer_weights.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr size_t late_steps = 100;

void copy_to(const std::map<std::string, Array>& arrays, const TransformerLayout& layout, float* to) {
  cpu::clear(to, layout.floats);
  for (size_t i = 0; i < layout.weights.size(); ++i)
    std::ranges::copy(arrays.at(layout.weights[i].name).values, to + layout.offsets[i]);
}

}  // namespace

double learning_rate(const SequenceTrainingOptions& o, int64_t step) {
  const double done = static_cast<double>(step) / static_cast<double>(o.steps);
  const double rise =
      o.warmup > 0 ? std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(o.warmup)) : 1;
  return o.learning_rate * rise *
         (o.final_share + (1 - o.final_share) * (1 + std::cos(std::numbers::pi * done)) / 2);
}

SequenceTraining::SequenceTraining(const std::string& model, const TransformerShape& shape,
                                   const SequenceTrainingOptions& options, const TrainingWindows& windows,
                                   uint64_t seed)
    : model_(model),
      shape_(shape),
      options_(options),
      windows_(windows),
      seed_(seed),
      layout_(weights_of(shape)),
      weights_(layout_.floats),
      first_(layout_.floats),
      second_(layout_.floats),
      sum_(layout_.floats),
      nats_(static_cast<size_t>(options.batch)),
      passes_(static_cast<size_t>(options.batch)) {
  for (int w = 0; w < options.batch; ++w) {
    gradients_.emplace_back(layout_.floats);
    cpu::clear(gradients_.back().data(), layout_.floats);  // what lies between weights stays zero
  }
  cpu::clear(first_.data(), layout_.floats);
  cpu::clear(second_.data(), layout_.floats);
  copy_to(initial_weights(shape, seed), layout_, weights_.data());
}

void SequenceTraining::differentiate(int64_t begin, int64_t end) {
  std::unique_ptr<TransformerPass>& pass = passes_[static_cast<size_t>(begin)];
  if (!pass) pass = std::make_unique<TransformerPass>(shape_, 0);
  TransformerPointers weights(shape_);
  layout_.place<const float*>(weights_.data(), weights);
  for (int64_t w = begin; w < end; ++w) {
    const auto at = static_cast<size_t>(w);
    TransformerGradients gradients(shape_);
    layout_.place(gradients_[at].data(), gradients);
    const OwnedWindow window = windows_.window(seed_, step_, w);
    const TokenScores scores = pass->differentiate(weights, window.window(), {}, gradients);
    nats_[at] = std::accumulate(scores.nats.begin(), scores.nats.end(), 0.0) /
                static_cast<double>(scores.nats.size());
  }
}

void SequenceTraining::step() {
  lanes::on_threads(options_.batch, [&](int64_t begin, int64_t end) { differentiate(begin, end); });
  std::vector<const float*> parts;
  for (const cpu::AlignedFloats& gradient : gradients_) parts.push_back(gradient.data());
  cpu::add_up(layout_.floats, parts.data(), options_.batch, sum_.data());
  const double nats = std::accumulate(nats_.begin(), nats_.end(), 0.0) / options_.batch;
  const double length = std::sqrt(cpu::squared_length(layout_.floats, sum_.data())) / options_.batch;
  if (!std::isfinite(nats + length))
    fail(ExitCode::data,
         "model.{} seed {}: training diverged in step {} (the loss or its gradient is not finite); try a "
         "lower model.{}.training.learning_rate",
         model_, seed_, step_ + 1, model_);
  const double share = options_.clip > 0 && length > options_.clip ? options_.clip / length : 1;
  const double rate = learning_rate(options_, step_);
  ++step_;
  const auto number = [](double x) { return static_cast<float>(x); };
  const cpu::AdamStep adam{.rate = number(rate / (1 - std::pow(options_.beta1, static_cast<double>(step_)))),
                           .bias = number(1 / (1 - std::pow(options_.beta2, static_cast<double>(step_)))),
                           .beta1 = number(options_.beta1),
                           .beta2 = number(options_.beta2),
                           .epsilon = number(options_.epsilon),
                           .shrink = number(rate * options_.weight_decay)};
  cpu::adam_step(layout_.floats, adam, number(share / options_.batch), sum_.data(), weights_.data(),
                 first_.data(), second_.data());
  late_.push_back(nats);
  if (late_.size() > late_steps) late_.pop_front();
}

SequenceTrainingProgress SequenceTraining::progress() const {
  const double sum = std::accumulate(late_.begin(), late_.end(), 0.0);
  return {step_, step_ * options_.batch * windows_.seen_a_window(),
          late_.empty() ? 0 : sum / static_cast<double>(late_.size())};
}

std::map<std::string, Array> SequenceTraining::weights() const { return arrays_of(layout_, weights_.data()); }

std::string SequenceTraining::losses() const {
  return fmt::format("loss {:.3f} nats a {}", progress().nats, windows_.target());
}

TrainingState SequenceTraining::state() const {
  return {{{"step", {static_cast<double>(step_)}}, {"late", {late_.begin(), late_.end()}}},
          weights(),
          {{"first", arrays_of(layout_, first_.data())}, {"second", arrays_of(layout_, second_.data())}}};
}

void SequenceTraining::restore(const TrainingState& state) {
  step_ = static_cast<int64_t>(state.numbers.at("step").at(0));
  const std::vector<double>& late = state.numbers.at("late");
  late_.assign(late.begin(), late.end());
  copy_to(state.weights, layout_, weights_.data());
  copy_to(state.momentum.at("first"), layout_, first_.data());
  copy_to(state.momentum.at("second"), layout_, second_.data());
}

}  // namespace ttt
