#include "pipeline/puzzles/view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/pipeline/puzzles/puzzle_case.h"

namespace ttt {
namespace {

const Grid two_by_three = {2, 3, {1, 2, 3, 4, 5, 6}};

Grid turned(int symmetry) { return viewed(two_by_three, {.symmetry = symmetry}); }

TEST(PuzzleView, SymmetriesAreThoseOfTheSquare) {
  EXPECT_EQ(turned(0), two_by_three);
  EXPECT_EQ(turned(1), (Grid{2, 3, {3, 2, 1, 6, 5, 4}}));
  EXPECT_EQ(turned(2), (Grid{2, 3, {4, 5, 6, 1, 2, 3}}));
  EXPECT_EQ(turned(3), (Grid{2, 3, {6, 5, 4, 3, 2, 1}}));
  EXPECT_EQ(turned(4), (Grid{3, 2, {1, 4, 2, 5, 3, 6}}));
  std::set<std::vector<int16_t>> all;
  for (int s = 0; s < 8; ++s) all.insert(turned(s).cells);
  EXPECT_EQ(all.size(), 8u);
}

TEST(PuzzleView, IsUndone) {
  for (int number = 0; number < 40; ++number) {
    const PuzzleView view =
        drawn_view(PuzzleViews::both, 10, Draw(3, Purpose::puzzle_view, 1, 0, static_cast<uint32_t>(number)));
    const Grid grid = grid_for_test(3, 7, static_cast<uint64_t>(number), 10);
    EXPECT_EQ(undone(viewed(grid, view), view), grid) << number;
  }
}

TEST(PuzzleView, ColoursArePermutedAndTheBackgroundStays) {
  std::set<std::array<int16_t, puzzle_colours>> all;
  for (uint32_t number = 0; number < 200; ++number) {
    const PuzzleView view = drawn_view(PuzzleViews::colours, 4, Draw(3, Purpose::puzzle_view, 1, 0, number));
    EXPECT_EQ(view.symmetry, 0);
    EXPECT_EQ(view.colour[0], 0);
    for (size_t c = 4; c < 10; ++c) EXPECT_EQ(view.colour[c], static_cast<int16_t>(c));
    std::array<int16_t, puzzle_colours> sorted = view.colour;
    std::ranges::sort(sorted);
    EXPECT_EQ(sorted, PuzzleView().colour);
    all.insert(view.colour);
  }
  EXPECT_EQ(all.size(), 6u);  // every permutation of three colours
}

TEST(PuzzleView, OnlyWhatIsAskedForChanges) {
  std::set<int> symmetries;
  for (uint32_t number = 0; number < 100; ++number) {
    const Draw draw(3, Purpose::puzzle_view, 1, 0, number);
    EXPECT_EQ(drawn_view(PuzzleViews::none, 10, draw), PuzzleView());
    const PuzzleView view = drawn_view(PuzzleViews::symmetries, 10, draw);
    EXPECT_EQ(view.colour, PuzzleView().colour);
    symmetries.insert(view.symmetry);
  }
  EXPECT_EQ(symmetries.size(), 8u);
}

TEST(PuzzleView, AllGridsOfAPuzzleChangeAlike) {
  const Puzzle puzzle = puzzle_for_test(2, 3, 4);
  const PuzzleView view{.symmetry = 5, .colour = {0, 2, 1, 3, 4, 5, 6, 7, 8, 9}};
  const Puzzle other = viewed(puzzle, view);
  EXPECT_EQ(other.demonstrations[1].out, viewed(puzzle.demonstrations[1].out, view));
  EXPECT_EQ(other.query.in, viewed(puzzle.query.in, view));
  EXPECT_EQ(other.query.out, viewed(puzzle.query.out, view));
}

}  // namespace
}  // namespace ttt
