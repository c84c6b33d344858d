#include "pipeline/models/transformer_pass.h"

#include "pipeline/models/transformer_window.h"

namespace ttt {

using cpu::Scratch;

TransformerPass::TransformerPass(const TransformerShape& shape, int rank) : shape_(shape), rank_(rank) {}

void TransformerPass::prepare(int64_t rows) {
  if (static_cast<int64_t>(intervals_.size()) >= rows) return;
  intervals_ = cpu::causal_intervals(rows);
  if (shape_.rotary_base > 0)
    rotary_ = std::make_unique<cpu::RotaryTable>(rows, shape_.head_width(), shape_.rotary_base);
}

TokenScores TransformerPass::score(const TransformerPointers& weights, const TokenWindow& window,
                                   bool keep_hidden) {
  prepare(static_cast<int64_t>(window.tokens.size()));
  const Scratch::Lease lease(scratch_);
  WindowPass pass({shape_, rank_, rotary_.get(), intervals_.data()}, weights, window, scratch_);
  pass.forward();
  return pass.scores(keep_hidden);
}

TokenScores TransformerPass::differentiate(const TransformerPointers& weights, const TokenWindow& window,
                                           bool keep_hidden, const TransformerGradients& gradients) {
  prepare(static_cast<int64_t>(window.tokens.size()));
  const Scratch::Lease lease(scratch_);
  WindowPass pass({shape_, rank_, rotary_.get(), intervals_.data()}, weights, window, scratch_);
  pass.forward();
  return pass.backward(keep_hidden, gradients);
}

}  // namespace ttt
