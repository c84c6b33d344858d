#include <gtest/gtest.h>

#include "pipeline/votes/ballots.h"
#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

TEST(ZeroVote, OfAllBallotsIsTheMajorityWithItsTies) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const BallotBox box = drawn_box(seed, 6, 3);
    const Verdict zero = decide("zero", box, {{"share", 1.0}}), majority = decide("majority", box);
    EXPECT_EQ(zero.predicted, majority.predicted) << seed;
    EXPECT_LT(distance(zero, majority), 1e-6);
  }
}

TEST(ZeroVote, OfOneBallotIsTheOneOfLowestEntropy) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 9, 5);
    const Verdict best = decide("best_of_n", box, {{"signal", "entropy"}});
    for (const double share : {1e-6, 0.12, 0.2}) {  // 0.12 * 9 = 1.08, 0.2 * 9 = 1.8
      const Verdict zero = decide("zero", box, {{"share", share}});
      EXPECT_EQ(zero.predicted, best.predicted);
      EXPECT_EQ(zero.logits, best.logits);
    }
  }
}

TEST(ZeroVote, IsTheMajorityOfTheSurestShare) {
  const std::vector<std::vector<double>> p = {vote_for(1, 0.9), vote_for(0, 0.5),  vote_for(1, 0.8),
                                              vote_for(0, 0.5), vote_for(0, 0.95), vote_for(0, 0.45),
                                              vote_for(0, 0.4)};
  const Verdict three = decide("zero", box_of(p), {{"share", 0.5}});  // 3.5 of 7
  EXPECT_EQ(three.predicted, 1);
  EXPECT_LT(distance(three, decide("mean", box_of({p[0], p[2], p[4]}))), 1e-6);
  EXPECT_EQ(decide("zero", box_of(p), {{"share", 0.8}}).predicted, 0) << "5 of 7, of which 3 say 0";
}

TEST(ZeroVote, BreaksATieByTheSurestBallotLeftOutThatVotesForOneOfTheTied) {
  // Two are kept, for 0 and 1. Of those left out the surest votes for neither, the next for 1.
  const std::vector<std::vector<double>> p = {vote_for(0, 0.5), vote_for(1, 0.6), vote_for(2, 0.7),
                                              vote_for(1, 0.8), vote_for(0, 0.9)};
  EXPECT_EQ(decide("zero", box_of(p), {{"share", 0.4}}).predicted, 1);
  EXPECT_EQ(decide("majority", box_of({p[4], p[3]})).predicted, 0) << "the mean of those kept would say 0";
}

TEST(ZeroVote, BreaksATieThatNobodyLeftOutBreaksByTheMeanOfThoseKept) {
  const auto tie =
      box_of({vote_for(2, 0.5), vote_for(2, 0.6), vote_for(2, 0.7), vote_for(1, 0.8), vote_for(0, 0.9)});
  EXPECT_EQ(decide("zero", tie, {{"share", 0.4}}).predicted, 0);
}

TEST(PartOf, RoundsDownButNotBelowAnExactProduct) {
  EXPECT_EQ(part_of(0.3, 64), 19);  // as Farina et al. keep
  for (int percent = 0; percent <= 100; ++percent) {
    EXPECT_EQ(part_of(percent / 100.0, 100), percent);
    EXPECT_EQ(part_of(percent / 100.0, 81), percent * 81 / 100);
  }
}

}  // namespace
}  // namespace ttt
