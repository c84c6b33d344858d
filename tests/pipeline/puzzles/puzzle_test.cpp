#include "pipeline/puzzles/puzzle.h"

#include <gtest/gtest.h>

#include "schemas/error.h"
#include "tests/pipeline/puzzles/puzzle_case.h"

namespace ttt {
namespace {

std::string refusal(const std::vector<int32_t>& tokens) {
  try {
    puzzle_of(tokens, "sample 3");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    return error.what();
  }
  return "";
}

TEST(Puzzle, TokensSpellIt) {
  Puzzle puzzle;
  puzzle.demonstrations = {{{1, 2, {3, 4}}, {2, 1, {5, 6}}}};
  puzzle.query = {{1, 1, {7}}, {1, 1, {8}}};
  EXPECT_EQ(tokens_of(puzzle), (std::vector<int32_t>{1, 2, 3, 4, 2, 1, 5, 6, 1, 1, 7, 1, 1, 8}));
}

TEST(Puzzle, IsReadBack) {
  for (const auto& [n, height, width] : {std::array{1, 1, 1}, std::array{4, 5, 5}, std::array{3, 30, 2}}) {
    const Puzzle puzzle = puzzle_for_test(n, height, width);
    const std::vector<int32_t> tokens = tokens_of(puzzle);
    EXPECT_EQ(puzzle_of(tokens, ""), puzzle);
    EXPECT_EQ(std::ssize(tokens), most_tokens(n + 1, height * width));
  }
}

TEST(Puzzle, WhatIsNoneIsRefusedByName) {
  EXPECT_EQ(refusal({1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1}),
            "sample 3: grid 4 is 1 x 1, and 1 of its cells are missing");
  EXPECT_EQ(refusal({1, 1, 0, 1, 1, 10}), "sample 3: grid 2 has colour 10 (0 to 9)");
  EXPECT_EQ(refusal({31, 1}), "sample 3: grid 1 has a side of 31 cells (1 to 30)");
  EXPECT_EQ(refusal({0, 1}), "sample 3: grid 1 has a side of 0 cells (1 to 30)");
  EXPECT_EQ(refusal({1}), "sample 3: ends in grid 1, before its cells");
  EXPECT_EQ(refusal({1, 1, 0}), "sample 3: its last pair has no second grid");
  EXPECT_EQ(refusal({1, 1, 0, 1, 1, 0}),
            "sample 3: a puzzle of 1 pairs (at least one demonstration, and the query)");
}

}  // namespace
}  // namespace ttt
