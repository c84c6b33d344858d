#include "pipeline/forecast/forecast.h"

#include <gtest/gtest.h>

#include <numeric>

namespace ttt {
namespace {

TEST(Makespan, OneRankDoesAllAndManyTakeAsLongAsTheLongestPiece) {
  const std::vector<double> pieces = {5, 4, 3, 3, 1};
  EXPECT_EQ(makespan(pieces, 1), 16);
  EXPECT_EQ(makespan(pieces, 5), 5);
  EXPECT_EQ(makespan(pieces, 100), 5);
  EXPECT_EQ(makespan({}, 3), 0);
}

TEST(Makespan, IsThatOfRanksThatTakeTheNextPieceWhenTheyAreFree) {
  EXPECT_EQ(makespan({5, 4, 3, 3, 1}, 2), 8);  // 5 + 3 and 4 + 3 + 1
}

TEST(Makespan, IsAtLeastTheMeanAndAtMostThatAndOnePieceMore) {
  std::vector<double> pieces;
  for (int i = 0; i < 40; ++i) pieces.push_back(1 + i * 7 % 11);
  const double sum = std::accumulate(pieces.begin(), pieces.end(), 0.0);
  for (int ranks = 1; ranks < 12; ++ranks) {
    EXPECT_GE(makespan(pieces, ranks), sum / ranks);
    EXPECT_LE(makespan(pieces, ranks), sum / ranks + 11);
  }
}

Forecast hours(double run, double longest) {
  Forecast f;
  f.run = run * 3600;
  f.longest_unit = longest * 3600;
  f.lost_each = f.longest_unit / 2;
  return f;
}

TEST(Attempts, AJobThatFitsNeedsOne) {
  const Attempts a = attempts_of(hours(1, 0.1), 2 * 3600);
  EXPECT_TRUE(a.fits && a.ends);
  EXPECT_EQ(a.requeues, 0);
}

TEST(Attempts, TheTimeBeforeTheLimitCannotBeUsed) {
  EXPECT_FALSE(attempts_of(hours(1, 0.1), 3600).fits);  // the signal comes 120 s early
  EXPECT_EQ(attempts_of(hours(1, 0.1), 3600).requeues, 1);
}

TEST(Attempts, ALongerJobIsRequeuedMoreOften) {
  int before = 0;
  for (const double run : {2.0, 4.0, 8.0, 16.0}) {
    const Attempts a = attempts_of(hours(run, 0.1), 3600);
    EXPECT_TRUE(a.ends);
    EXPECT_GT(a.requeues, before);
    EXPECT_GE(a.requeues + 1, run / (a.usable / 3600));  // no attempt does more than it has time for
    before = a.requeues;
  }
}

TEST(Attempts, APieceLongerThanAnAttemptNeverEnds) {
  EXPECT_FALSE(attempts_of(hours(8, 1.5), 3600).ends);
  EXPECT_FALSE(attempts_of(hours(8, 0.1), 60).ends);  // over before it begins
}

}  // namespace
}  // namespace ttt
