#include <gtest/gtest.h>

#include <algorithm>

#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

/// How far the class with most votes is ahead of the next; 0 in a tie.
int lead(std::vector<int> votes) {
  std::ranges::sort(votes, std::greater{});
  return votes[0] - votes[1];
}

/// Whether `leader` has strictly most votes whatever `left` more ballots say: tries them all.
bool certain(std::vector<int>& votes, int leader, int left) {
  if (left == 0) return lead(votes) > 0 && std::ranges::max_element(votes) - votes.begin() == leader;
  for (int& vote : votes) {
    ++vote;
    const bool holds = certain(votes, leader, left - 1);
    --vote;
    if (!holds) return false;
  }
  return true;
}

int fewest_ballots(const BallotBox& box) {
  const int all = static_cast<int>(box.rows.size());
  for (int n = 1; n < all; ++n) {
    std::vector<int> votes = counts(first(box, n));
    const auto leader = static_cast<int>(std::ranges::max_element(votes) - votes.begin());
    if (certain(votes, leader, all - n)) return n;
  }
  return all;
}

TEST(SequentialVote, PredictsTheMajorityOfAllBallotsInAnyOrder) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const BallotBox box = drawn_box(seed, 1 + static_cast<int>(seed % 12), 3);
    const int majority = decide("majority", box).predicted;
    EXPECT_EQ(decide("sequential", box).predicted, majority) << seed;
    EXPECT_EQ(decide("sequential", backwards(box)).predicted, majority) << seed;
  }
}

TEST(SequentialVote, StopsAtTheFirstBallotAfterWhichNoRestCanOverturnTheMajority) {
  int early = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const BallotBox box = drawn_box(seed, 1 + static_cast<int>(seed % 7), 3);
    const int cast = decide("sequential", box).cast;
    EXPECT_EQ(cast, fewest_ballots(box)) << seed;
    early += cast < static_cast<int>(box.rows.size());
  }
  EXPECT_GT(early, 50);
}

TEST(SequentialVote, NeedsMoreThanHalfOfBallotsThatAgree) {
  for (int n = 1; n <= 20; ++n)
    EXPECT_EQ(decide("sequential", std::vector(n, std::vector<float>{1, 0, 0})).cast, n / 2 + 1);
}

TEST(SequentialVote, StopsWithItsLeadOrWhenItIsCertain) {
  for (const int wanted : {1, 2, 3, 100}) {
    for (uint64_t seed = 0; seed < 100; ++seed) {
      const BallotBox box = drawn_box(seed, 7, 3);
      int ahead = 1;
      while (ahead < 7 && lead(counts(first(box, ahead))) < wanted) ++ahead;
      const Verdict verdict = decide("sequential", box, {{"lead", wanted}});
      EXPECT_EQ(verdict.cast, std::min(ahead, fewest_ballots(box))) << wanted << " " << seed;
      EXPECT_EQ(verdict.predicted, decide("majority", first(box, verdict.cast)).predicted);
    }
  }
}

TEST(SequentialVote, WithALeadOfOneIsTheFirstBallot) {
  const BallotBox box = drawn_box(4, 9, 3);
  EXPECT_EQ(decide("sequential", box, {{"lead", 1}}).logits, decide("mean", first(box, 1)).logits);
}

TEST(SequentialVote, ScoresTheMeanOfTheBallotsCast) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 9, 3);
    const Verdict verdict = decide("sequential", box);
    EXPECT_EQ(verdict.logits, decide("mean", first(box, verdict.cast)).logits);
  }
}

}  // namespace
}  // namespace ttt
