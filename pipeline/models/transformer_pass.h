#pragma once
#include <memory>
#include <vector>

#include "kernels/cpu/scratch.h"
#include "kernels/cpu/sequence/attention.h"
#include "kernels/cpu/sequence/rotary.h"
#include "pipeline/models/sequence_network.h"
#include "pipeline/models/transformer_numbers.h"
#include "pipeline/models/transformer_window.h"

namespace ttt {

/// Forward and backward passes of one window through a transformer on the CPU's kernels
/// (kernels/cpu/sequence), in fp32, on one thread; it holds the workspace. Rows of the last layer that no
/// scored row depends on are left out.
class TransformerPass {
 public:
  /// `rank` of the factors beside the matrices; 0 where there are none.
  TransformerPass(const TransformerShape& shape, int rank);

  TokenScores score(const TransformerPointers& weights, const TokenWindow& window, Kept keep);

  /// The same scores to the bit; `gradients` become those of the mean nats.
  TokenScores differentiate(const TransformerPointers& weights, const TokenWindow& window, Kept keep,
                            const TransformerGradients& gradients);

  int64_t bytes() const { return scratch_.bytes(); }

 private:
  int64_t rows_of(const TokenWindow& window) const;
  WindowPlan plan(const TokenWindow& window);

  TransformerShape shape_;
  int rank_;
  std::unique_ptr<cpu::RotaryTable> rotary_;  // null: no positions
  std::vector<cpu::Interval> intervals_;
  cpu::Scratch scratch_;
};

}  // namespace ttt
