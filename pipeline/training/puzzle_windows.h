#pragma once
#include <memory>

#include "pipeline/models/pair_encoder.h"
#include "pipeline/sources/token_set.h"
#include "pipeline/training/training_windows.h"

namespace ttt {

/// Puzzles of a training part, drawn one a window, each a lesson of all its pairs, the query with them. Drawn
/// views change them, and where there are more than `pairs` pairs so many are drawn.
class PuzzleWindows final : public TrainingWindows {
 public:
  /// `chosen` are indices of puzzles in `set`, at least one.
  PuzzleWindows(const PairEncoder& network, const PuzzleTrainingOptions& options,
                std::shared_ptr<const TokenSet> set, std::vector<int64_t> chosen);

  OwnedWindow window(uint64_t seed, int64_t step, int64_t number) const override;
  int64_t seen_a_window() const override { return 1; }
  std::string_view target() const override { return "cell"; }

 private:
  PairLayout layout_;
  int colours_;
  PuzzleViews views_;
  int pairs_;
  std::shared_ptr<const TokenSet> set_;
  std::vector<int64_t> chosen_;
};

}  // namespace ttt
