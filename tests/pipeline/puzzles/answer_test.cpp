#include "pipeline/puzzles/answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/draw.h"

namespace ttt {
namespace {

/// Odds in a frame of 2 x 2 with two colours and "outside": probabilities of each cell.
std::vector<float> odds_of(const std::vector<std::array<double, 3>>& cells) {
  std::vector<float> log_p;
  for (const auto& cell : cells)
    for (const double p : cell) log_p.push_back(static_cast<float>(std::log(p)));
  return log_p;
}

TEST(CellOdds, TheLikeliestAnswerAndTheNextOfItsSize) {
  const std::vector<float> log_p = odds_of({{.9, .05, .05}, {.2, .7, .1}, {.6, .3, .1}, {.1, .8, .1}});
  const std::vector<Candidate> two = two_likeliest({2, 2, log_p});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].grid, (Grid{2, 2, {0, 1, 0, 1}}));
  EXPECT_NEAR(two[0].log_probability, std::log(.9 * .7 * .6 * .8), 1e-6);
  EXPECT_EQ(two[1].grid, (Grid{2, 2, {0, 1, 1, 1}}));
  EXPECT_NEAR(two[1].log_probability, std::log(.9 * .7 * .3 * .8), 1e-6);
}

TEST(CellOdds, SizesAreReadAlongTheFirstRowAndColumn) {
  const std::array<double, 3> inside = {.6, .3, .1}, outside = {.1, .2, .7};
  const auto size = [&](const std::vector<std::array<double, 3>>& cells) {
    const Grid grid = two_likeliest({2, 2, odds_of(cells)}).front().grid;
    return std::pair(grid.height, grid.width);
  };
  EXPECT_EQ(size({inside, outside, inside, outside}), std::pair(2, 1));
  EXPECT_EQ(size({inside, inside, outside, outside}), std::pair(1, 2));
  EXPECT_EQ(size({inside, inside, inside, outside}), std::pair(2, 2));  // a hole has its likeliest colour
  EXPECT_TRUE(two_likeliest({2, 2, odds_of({outside, inside, inside, inside})}).empty());
}

TEST(CellOdds, WithoutNumbersThereIsNoAnswer) {
  std::vector<float> log_p = odds_of({{.9, .05, .05}});
  log_p[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(two_likeliest({1, 2, log_p}).empty());
}

// Against all answers of the frame, one after the other.
TEST(CellOdds, NoAnswerOfThatSizeIsLikelier) {
  for (uint64_t number = 0; number < 50; ++number) {
    std::vector<float> log_p;
    const Draw draw(1, Purpose::glyph, number);
    for (uint32_t i = 0; i < 4 * 4; ++i)
      log_p.push_back(std::log(draw.uniform(i) + (i % 4 == 3 ? 0.0f : 1.0f)));
    const std::vector<Candidate> two = two_likeliest({2, 3, log_p});
    ASSERT_EQ(two.size(), 2u);
    std::vector<double> all;
    for (int code = 0; code < 81; ++code) {
      double sum = 0;
      for (int cell = 0, left = code; cell < 4; ++cell, left /= 3)
        sum += log_p[static_cast<size_t>(cell * 4 + left % 3)];
      all.push_back(sum);
    }
    std::ranges::sort(all, std::greater());
    EXPECT_NEAR(two[0].log_probability, all[0], 1e-5);
    EXPECT_NEAR(two[1].log_probability, all[1], 1e-5);
  }
}

TEST(Ballots, MostVotesThenTheSurerThenTheFirst) {
  const Grid a{1, 1, {1}}, b{1, 1, {2}}, c{1, 1, {3}};
  const std::vector<Candidate> candidates = ranked({{a, -1}, {b, -5}, {c, -0.5}, {b, -7}});
  ASSERT_EQ(candidates.size(), 3u);
  EXPECT_EQ(candidates[0], (Candidate{b, -6}));
  EXPECT_EQ(candidates[1].grid, c);
  EXPECT_EQ(candidates[2].grid, a);
  EXPECT_EQ(ranked({{a, -1}, {b, -1}}).front().grid, a);
  EXPECT_TRUE(ranked({}).empty());
}

TEST(CellsRight, AreAShareAndNoneOfAnotherSize) {
  const Grid expected{1, 4, {1, 2, 3, 4}};
  EXPECT_EQ(cells_right(expected, expected), 1);
  EXPECT_EQ(cells_right({1, 4, {1, 2, 0, 0}}, expected), 0.5);
  EXPECT_EQ(cells_right({4, 1, {1, 2, 3, 4}}, expected), 0);
}

}  // namespace
}  // namespace ttt
