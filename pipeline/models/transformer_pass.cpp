#include "pipeline/models/transformer_pass.h"

#include <cassert>

namespace ttt {

using cpu::Scratch;

TransformerPass::TransformerPass(const TransformerShape& shape, int rank) : shape_(shape), rank_(rank) {}

int64_t TransformerPass::rows_of(const TokenWindow& window) const {
  return static_cast<int64_t>(window.tokens.size()) / shape_.inputs;
}

WindowPlan TransformerPass::plan(const TokenWindow& window) {
  const int64_t rows = rows_of(window);
  if (shape_.rotary_base > 0 && (!rotary_ || rotary_->rows() < rows))
    rotary_ = std::make_unique<cpu::RotaryTable>(rows, shape_.head_width(), shape_.rotary_base);
  if (!window.sees.empty()) {
    assert(static_cast<int64_t>(window.sees.size()) % rows == 0);
    const auto per_row = static_cast<int>(static_cast<int64_t>(window.sees.size()) / rows);
    return {shape_, rank_, rotary_.get(), window.sees.data(), per_row};
  }
  if (static_cast<int64_t>(intervals_.size()) < rows) intervals_ = cpu::causal_intervals(rows);
  return {shape_, rank_, rotary_.get(), intervals_.data(), 1};
}

TokenScores TransformerPass::score(const TransformerPointers& weights, const TokenWindow& window, Kept keep) {
  const WindowPlan how = plan(window);
  const Scratch::Lease lease(scratch_);
  WindowPass pass(how, weights, window, scratch_);
  pass.forward();
  return pass.scores(keep);
}

TokenScores TransformerPass::differentiate(const TransformerPointers& weights, const TokenWindow& window,
                                           Kept keep, const TransformerGradients& gradients) {
  const WindowPlan how = plan(window);
  const Scratch::Lease lease(scratch_);
  WindowPass pass(how, weights, window, scratch_);
  pass.forward();
  return pass.backward(keep, gradients);
}

}  // namespace ttt
