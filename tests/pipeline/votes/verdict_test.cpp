#include "pipeline/votes/verdict.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/scores/prediction.h"
#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

// NaN differs from itself: what record_prediction() does not write is left out of the comparison.
void expect_same_scores(const Records& a, const Records& b) {
  EXPECT_EQ(a.main_loss[1], b.main_loss[1]);
  EXPECT_EQ(a.confidence[1], b.confidence[1]);
  EXPECT_EQ(a.entropy[1], b.entropy[1]);
  EXPECT_EQ(a.margin[1], b.margin[1]);
  EXPECT_TRUE(std::equal(a.logits.begin() + 3, a.logits.begin() + 6, b.logits.begin() + 3));
}

TEST(RecordVerdict, OfTheMeanIsTheRecordOfItsLogits) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Verdict verdict = decide("mean", drawn_box(seed, 4, 3));
    Records plain = empty_records(1, 2, 0, 3), voted = plain;
    record_prediction(plain, 0, 1, verdict.logits, 2);
    record_verdict(voted, 0, 1, verdict, 2);
    EXPECT_EQ(voted.predicted, plain.predicted);
    EXPECT_EQ(voted.correct, plain.correct);
    expect_same_scores(voted, plain);
  }
}

TEST(RecordVerdict, KeepsTheRulesClassBesideTheScoresOfItsLogits) {
  const Verdict verdict = {.predicted = 2, .logits = {3, 0, 1}, .cast = 1};
  for (const int64_t label : {0, 1, 2}) {
    Records plain = empty_records(1, 2, 0, 3), voted = plain;
    record_prediction(plain, 0, 1, verdict.logits, label);
    record_verdict(voted, 0, 1, verdict, label);
    EXPECT_EQ(voted.predicted, (std::vector<int16_t>{-1, 2}));
    EXPECT_EQ(voted.correct, (std::vector<uint8_t>{0, label == 2}));
    expect_same_scores(voted, plain);
  }
}

}  // namespace
}  // namespace ttt
