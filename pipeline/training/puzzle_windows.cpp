#include "pipeline/training/puzzle_windows.h"

#include <fmt/format.h>

#include <utility>

#include "kernels/draw.h"
#include "pipeline/puzzles/puzzle.h"
#include "pipeline/puzzles/view.h"

namespace ttt {

PuzzleWindows::PuzzleWindows(const PairEncoder& network, const PuzzleTrainingOptions& options,
                             std::shared_ptr<const TokenSet> set, std::vector<int64_t> chosen)
    : layout_(network.layout),
      colours_(network.colours),
      views_(options.views),
      pairs_(options.pairs),
      set_(std::move(set)),
      chosen_(std::move(chosen)) {}

OwnedWindow PuzzleWindows::window(uint64_t seed, int64_t step, int64_t number) const {
  const auto place = static_cast<uint32_t>(number);
  const Draw draw(seed, Purpose::training_puzzle, static_cast<uint64_t>(step), 0, place);
  const int64_t index = chosen_[draw.below(0, chosen_.size())];
  const Puzzle whole = puzzle_of(set_->sequence(index, "clean", 0).tokens,
                                 fmt::format("puzzle {} of the training part", index));
  const Puzzle puzzle =
      viewed(whole, drawn_view(views_, colours_,
                               Draw(seed, Purpose::training_puzzle, static_cast<uint64_t>(step), 1, place)));
  std::vector<PuzzlePair> pairs = puzzle.demonstrations;
  pairs.push_back(puzzle.query);
  for (int i = 0; i < pairs_ && std::ssize(pairs) > pairs_; ++i) {
    const auto at = static_cast<size_t>(i);
    std::swap(pairs[at], pairs[at + draw.below(static_cast<uint32_t>(i) + 1, pairs.size() - at)]);
  }
  if (std::ssize(pairs) > pairs_) pairs.resize(static_cast<size_t>(pairs_));
  return layout_.lesson({&pairs, 1});
}

}  // namespace ttt
