#include "pipeline/models/transformer_torch.h"

#include <cmath>
#include <limits>

#include "kernels/torch.h"

namespace ttt {
namespace {

at::Tensor to_tokens(std::span<const int32_t> tokens, const at::TensorOptions& options) {
  const at::Tensor x = at::empty({static_cast<int64_t>(tokens.size())}, at::kLong);
  for (size_t i = 0; i < tokens.size(); ++i) x.mutable_data_ptr<int64_t>()[i] = tokens[i];
  return x.to(options.device());
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& gain, double epsilon) {
  return x * at::rsqrt(x.pow(2).mean(-1, true) + epsilon) * gain;
}

/// x [T, heads, width]: halves turned by position.
at::Tensor rotated(const at::Tensor& x, double base) {
  const int64_t rows = x.size(0), width = x.size(2);
  const at::TensorOptions doubles = x.options().dtype(at::kDouble);
  const at::Tensor speed =
      at::pow(base, at::arange(0, width, 2, doubles) * (-1.0 / static_cast<double>(width)));
  const at::Tensor angle = (at::arange(rows, doubles).unsqueeze(1) * speed).unsqueeze(1);
  const at::Tensor c = at::cos(angle).to(x.scalar_type()), s = at::sin(angle).to(x.scalar_type());
  const std::vector<at::Tensor> halves = x.chunk(2, 2);
  return at::cat({halves[0] * c - halves[1] * s, halves[0] * s + halves[1] * c}, 2);
}

/// Which rows [rows, rows] a row does not see.
at::Tensor unseen_of(const TokenWindow& window, int64_t rows) {
  const at::Tensor unseen = at::ones({rows, rows}, at::kBool);
  if (window.sees.empty()) return unseen.triu(1);
  const int64_t per_row = static_cast<int64_t>(window.sees.size()) / rows;
  for (int64_t i = 0; i < std::ssize(window.sees); ++i) {
    const cpu::Interval& seen = window.sees[static_cast<size_t>(i)];
    unseen[i / per_row].slice(0, seen.begin, seen.end).fill_(false);
  }
  return unseen;
}

/// Rows that `unseen` [rows, rows] hides from a row have no part in what it gets.
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     const at::Tensor& unseen) {
  const int64_t rows = q.size(0);
  const auto by_head = [](const at::Tensor& x) { return x.transpose(0, 1); };
  const at::Tensor scores =
      at::matmul(by_head(q), by_head(k).transpose(1, 2)) / std::sqrt(static_cast<double>(q.size(2)));
  const at::Tensor weights =
      at::softmax(scores.masked_fill(unseen, -std::numeric_limits<double>::infinity()), -1);
  return at::matmul(weights, by_head(v)).transpose(0, 1).reshape({rows, -1});
}

}  // namespace

TorchTransformerLane::TorchTransformerLane(const TransformerShape& shape, const Weights& source,
                                           const std::string& subset, int rank, uint64_t seed, int64_t sample,
                                           Precision precision, Device device)
    : shape_(shape),
      options_(at::TensorOptions()
                   .dtype(precision == Precision::float64 ? at::kDouble : at::kFloat)
                   .device(device == Device::cuda ? at::kCUDA : at::kCPU)) {
  for (const TransformerWeight& weight : weights_of(shape))
    source_[weight.name] = source.at(weight.name).detach().reshape(weight.shape).to(options_);
  const TransformerLayout layout(adapted_weights(shape, subset, rank));
  const std::vector<float> factors = initial_factors(layout, seed, sample);
  for (size_t i = 0; i < layout.weights.size(); ++i) {
    const TransformerWeight& weight = layout.weights[i];
    const auto found = source_.find(weight.name);
    if (found != source_.end()) {
      start_[weight.name] = found->second;
      continue;
    }
    const at::Tensor drawn = at::empty(weight.shape, at::kFloat);
    std::copy_n(factors.data() + layout.offsets[i], weight.size(), drawn.mutable_data_ptr<float>());
    start_[weight.name] = drawn.to(options_);
  }
  reset();
}

void TorchTransformerLane::reset() {
  steps_ = 0;
  gradients_.clear();
  for (const auto& [name, value] : start_) {
    adapted_[name] = value.clone();
    first_[name] = second_[name] = at::zeros_like(value);
  }
}

at::Tensor TorchTransformerLane::weight(const std::string& name) const {
  const auto own = adapted_.find(name);
  return own == adapted_.end() ? source_.at(name) : own->second;
}

at::Tensor TorchTransformerLane::linear(const at::Tensor& x, int layer, const char* site) const {
  const std::string name = fmt::format("layers.{}.{}.weight", layer, site);
  const at::Tensor y = at::matmul(x, weight(name));
  const auto a = adapted_.find(name + ".low_rank_a");
  if (a == adapted_.end()) return y;
  return y + at::matmul(at::matmul(x, a->second), adapted_.at(name + ".low_rank_b"));
}

/// tokens [rows, inputs].
at::Tensor TorchTransformerLane::hidden(const at::Tensor& tokens, const at::Tensor& unseen) const {
  const int64_t rows = tokens.size(0);
  at::Tensor state = weight("embedding.weight")
                         .index_select(0, tokens.flatten())
                         .reshape({rows, tokens.size(1), shape_.width})
                         .sum(1);
  for (int l = 0; l < shape_.layers; ++l) {
    const at::Tensor normed =
        rms_norm(state, weight(fmt::format("layers.{}.norm1.weight", l)), shape_.epsilon);
    std::vector<at::Tensor> qkv = linear(normed, l, "qkv").chunk(3, 1);
    for (at::Tensor& x : qkv) x = x.reshape({rows, shape_.heads, shape_.head_width()});
    if (shape_.rotary_base > 0)
      for (int i : {0, 1})
        qkv[static_cast<size_t>(i)] = rotated(qkv[static_cast<size_t>(i)], shape_.rotary_base);
    state = state + linear(attention(qkv[0], qkv[1], qkv[2], unseen), l, "out");
    at::Tensor up =
        linear(rms_norm(state, weight(fmt::format("layers.{}.norm2.weight", l)), shape_.epsilon), l, "up");
    if (shape_.activation == Activation::swiglu) {
      const std::vector<at::Tensor> halves = up.chunk(2, 1);
      up = at::silu(halves[0]) * halves[1];
    } else {
      up = at::gelu(up, "tanh");
    }
    state = state + linear(up, l, "down");
  }
  return rms_norm(state, weight("norm.weight"), shape_.epsilon);
}

TorchTransformerLane::Passed TorchTransformerLane::pass(const TokenWindow& window) const {
  const auto scored = static_cast<int64_t>(window.targets.size());
  Passed p;
  p.targets = to_tokens(window.targets, options_);
  const at::Tensor tokens = to_tokens(window.tokens, options_).reshape({-1, shape_.inputs});
  p.states = hidden(tokens, unseen_of(window, tokens.size(0)).to(options_.device()));
  p.states = p.states.narrow(0, p.states.size(0) - scored, scored);
  const at::Tensor classes = weight("embedding.weight").narrow(0, shape_.first_class, shape_.classes());
  p.logits = at::matmul(p.states, classes.transpose(0, 1));
  p.nats = -at::log_softmax(p.logits, 1).gather(1, p.targets.unsqueeze(1)).squeeze(1);
  return p;
}

TokenScores TorchTransformerLane::scores(const Passed& passed, Kept keep) const {
  const auto floats = [](const at::Tensor& x) {
    const at::Tensor plain = x.detach().to(at::kCPU, at::kFloat).contiguous();
    return std::vector<float>(plain.const_data_ptr<float>(), plain.const_data_ptr<float>() + plain.numel());
  };
  // The lowest token of the largest logit; none where nats is not a number.
  const at::Tensor z = passed.logits.detach(), most = std::get<0>(z.max(1, true));
  const at::Tensor tokens = at::arange(shape_.classes(), passed.targets.options());
  const at::Tensor best =
      at::where(z == most, tokens, at::scalar_tensor(shape_.classes(), passed.targets.options())).amin(1);
  const at::Tensor correct =
      ((best == passed.targets) & ~passed.nats.detach().isnan()).to(at::kCPU).contiguous();
  TokenScores scores{floats(passed.nats), {}, {}};
  for (int64_t i = 0; i < correct.size(0); ++i) scores.correct.push_back(correct.const_data_ptr<bool>()[i]);
  if (keep.hidden) scores.hidden = floats(passed.states);
  if (keep.log_probabilities) scores.log_probabilities = floats(at::log_softmax(z, 1));
  return scores;
}

TokenScores TorchTransformerLane::score(const TokenWindow& window, Kept keep) {
  const at::NoGradGuard no_grad;
  return scores(pass(window), keep);
}

double TorchTransformerLane::mean_nats(const TokenWindow& window) const {
  const at::NoGradGuard no_grad;
  return pass(window).nats.mean().item<double>();
}

TokenScores TorchTransformerLane::differentiate(const TokenWindow& window, Kept keep) {
  const at::AutoGradMode gradients(true);
  std::vector<at::Tensor> leaves;
  for (auto& [name, value] : adapted_) leaves.push_back(value = value.detach().requires_grad_());
  const Passed p = pass(window);
  const std::vector<at::Tensor> found = torch::autograd::grad({p.nats.mean()}, leaves);
  size_t i = 0;
  for (auto& [name, value] : adapted_) {
    gradients_[name] = found[i++];
    value = value.detach();
  }
  return scores(p, {.hidden = keep.hidden});
}

double TorchTransformerLane::step(const SequenceStep& step) {
  const at::NoGradGuard no_grad;
  const auto length = [](const Tensors& tensors) {
    double squares = 0;
    for (const auto& [name, x] : tensors) squares += x.to(at::kDouble).pow(2).sum().item<double>();
    return std::sqrt(squares);
  };
  const double norm = length(gradients_);
  if (!std::isfinite(norm)) return std::numeric_limits<double>::quiet_NaN();
  double factor = step.normalise && norm > 0 ? 1 / norm : 1;
  if (step.clip > 0 && norm * factor > step.clip) factor = step.clip / norm;
  ++steps_;
  Tensors changes;
  for (auto& [name, w] : adapted_) {
    at::Tensor g = gradients_.at(name) * factor;
    if (const auto* sgd = std::get_if<lanes::Sgd>(&step.rule)) {
      g = g + sgd->weight_decay * w;
      at::Tensor along = g;
      if (sgd->momentum != 0) {
        const at::Tensor velocity = first_[name] = sgd->momentum * first_.at(name) + g;
        along = sgd->nesterov ? g + sgd->momentum * velocity : velocity;
      }
      changes[name] = sgd->learning_rate * along;
    } else {
      const auto& adam = std::get<lanes::Adam>(step.rule);
      g = g + adam.weight_decay * w;
      const at::Tensor m = first_[name] = adam.beta1 * first_.at(name) + (1 - adam.beta1) * g;
      const at::Tensor v = second_[name] = adam.beta2 * second_.at(name) + (1 - adam.beta2) * g * g;
      const double correction1 = 1 - std::pow(adam.beta1, steps_),
                   correction2 = 1 - std::pow(adam.beta2, steps_);
      changes[name] = adam.learning_rate * (m / correction1) / ((v / correction2).sqrt() + adam.epsilon);
    }
    w = w - changes.at(name);
  }
  return length(changes);
}

void TorchTransformerLane::pull_to_source(double share) {
  const at::NoGradGuard no_grad;
  for (auto& [name, w] : adapted_) w = w + share * (start_.at(name) - w);
}

}  // namespace ttt
