#include "pipeline/sources/grid_puzzles.h"

#include <gtest/gtest.h>

#include <set>

namespace ttt {
namespace {

const Grid steps = {3, 3, {1, 0, 2, 0, 0, 0, 3, 4, 0}};

Grid by(std::string_view name) {
  for (const auto all : {known_operations(), unseen_operations()})
    for (const GridOperation& operation : all)
      if (operation.name == name) return operation.apply(steps);
  return {};
}

TEST(GridOperations, DoWhatTheirNamesSay) {
  EXPECT_EQ(by("nothing"), steps);
  EXPECT_EQ(by("left and right").cells, (std::vector<int16_t>{2, 0, 1, 0, 0, 0, 0, 4, 3}));
  EXPECT_EQ(by("top and bottom").cells, (std::vector<int16_t>{3, 4, 0, 0, 0, 0, 1, 0, 2}));
  EXPECT_EQ(by("half turn").cells, (std::vector<int16_t>{0, 4, 3, 0, 0, 0, 2, 0, 1}));
  EXPECT_EQ(by("transpose").cells, (std::vector<int16_t>{1, 0, 3, 0, 0, 4, 2, 0, 0}));
  EXPECT_EQ(by("other transpose").cells, (std::vector<int16_t>{0, 0, 2, 4, 0, 0, 3, 0, 1}));
  EXPECT_EQ(by("move right").cells, (std::vector<int16_t>{2, 1, 0, 0, 0, 0, 0, 3, 4}));
  EXPECT_EQ(by("move left").cells, (std::vector<int16_t>{0, 2, 1, 0, 0, 0, 4, 0, 3}));
  EXPECT_EQ(by("move down").cells, (std::vector<int16_t>{3, 4, 0, 1, 0, 2, 0, 0, 0}));
  EXPECT_EQ(by("move up").cells, (std::vector<int16_t>{0, 0, 0, 3, 4, 0, 1, 0, 2}));
  EXPECT_EQ(by("fall right").cells, (std::vector<int16_t>{0, 1, 2, 0, 0, 0, 0, 3, 4}));
  EXPECT_EQ(by("fall down").cells, (std::vector<int16_t>{0, 0, 0, 1, 0, 0, 3, 4, 2}));
  EXPECT_EQ(by("fall up").cells, (std::vector<int16_t>{1, 4, 2, 3, 0, 0, 0, 0, 0}));
  EXPECT_EQ(by("mirror to the right").cells, (std::vector<int16_t>{1, 0, 1, 0, 0, 0, 3, 4, 3}));
  EXPECT_EQ(by("mirror down").cells, (std::vector<int16_t>{1, 0, 2, 0, 0, 0, 1, 0, 2}));
  EXPECT_EQ(by("ray to the right").cells, (std::vector<int16_t>{1, 1, 2, 0, 0, 0, 3, 4, 4}));
  EXPECT_EQ(by("ray to the left").cells, (std::vector<int16_t>{1, 2, 2, 0, 0, 0, 3, 4, 0}));
  EXPECT_EQ(by("ray down").cells, (std::vector<int16_t>{1, 0, 2, 1, 0, 2, 3, 4, 2}));
  EXPECT_EQ(by("grow").cells, (std::vector<int16_t>{1, 1, 2, 1, 4, 2, 3, 4, 4}));
  EXPECT_EQ(by("frame"), steps);
}

TEST(GridOperations, QuarterTurnsMakeAWholeOne) {
  const GridOperation& quarter = unseen_operations().front();
  Grid grid = steps;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(grid == steps, i == 0) << i;
    grid = quarter.apply(grid);
  }
  EXPECT_EQ(grid, steps);
}

TEST(GridOperations, AllDiffer) {
  const Puzzle puzzle = draw_grid_puzzle(1, 0, "clean", 5, 30);
  std::set<std::vector<int16_t>> all;
  for (const auto operations : {known_operations(), unseen_operations()})
    for (const GridOperation& operation : operations) {
      std::vector<int16_t> cells;
      for (const PuzzlePair& pair : puzzle.demonstrations)
        std::ranges::copy(operation.apply(pair.in).cells, std::back_inserter(cells));
      EXPECT_TRUE(all.insert(cells).second) << operation.name;
    }
}

TEST(GridPuzzles, HaveTheirShapeAndColours) {
  for (const std::string shift :
       {"clean", "unseen_operation", "composition", "colour_cycle", "background", "new_composition"})
    for (int64_t index = 0; index < 50; ++index) {
      Puzzle puzzle = draw_grid_puzzle(3, index, shift, 4, 3);
      ASSERT_EQ(puzzle.demonstrations.size(), 3u);
      puzzle.demonstrations.push_back(puzzle.query);
      bool changed = shift == "clean";
      for (const auto& [in, out] : puzzle.demonstrations) {
        for (const Grid* grid : {&in, &out}) {
          EXPECT_EQ(grid->height, 4);
          EXPECT_EQ(grid->width, 4);
          for (const int16_t cell : grid->cells) EXPECT_TRUE(cell >= 0 && cell < grid_puzzle_colours);
        }
        EXPECT_GE(std::ranges::count_if(in.cells, [](int16_t c) { return c != 0; }), 1);
        changed = changed || in != out;
      }
      EXPECT_TRUE(changed) << shift << index;
    }
}

TEST(GridPuzzles, OneIndexHasTheSameGridsUnderEveryShift) {
  const Puzzle clean = draw_grid_puzzle(3, 5, "clean", 5, 4),
               other = draw_grid_puzzle(3, 5, "colour_cycle", 5, 4);
  EXPECT_EQ(clean.query.in, other.query.in);
  EXPECT_NE(draw_grid_puzzle(3, 6, "clean", 5, 4).query.in, clean.query.in);
  EXPECT_NE(draw_grid_puzzle(4, 5, "clean", 5, 4).query.in, clean.query.in);
  EXPECT_EQ(draw_grid_puzzle(3, 5, "clean", 5, 4), clean);
}

TEST(GridPuzzles, PartsShareNoPuzzle) {
  DataOptions options;
  options.source = DataSource::puzzles;
  const auto training = open_grid_puzzles(options, DataPart::training),
             test = open_grid_puzzles(options, DataPart::test);
  std::set<std::vector<int32_t>> seen;
  for (int64_t i = 0; i < 100; ++i) {
    EXPECT_TRUE(seen.insert(training->sequence(i, "clean", 0).tokens).second);
    EXPECT_TRUE(seen.insert(test->sequence(i, "clean", 0).tokens).second);
  }
  EXPECT_EQ(test->form().longest, std::ssize(test->sequence(0, "clean", 0).tokens));
}

}  // namespace
}  // namespace ttt
