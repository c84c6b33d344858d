#include <algorithm>

#include "tests/pipeline/policies/traces.h"

namespace ttt {
namespace {

/// Which milestone of the source a sample ends with, by the bytes of its prediction.
int chosen(const Records& records, const Records& from, int64_t row, int m) {
  for (int k = 0; k < from.milestones; ++k)
    if (prediction_bytes(records, row, m) == prediction_bytes(from, row, k)) return k;
  return -1;
}

/// Results in which every sample's steps have these losses and norms.
Results with_steps(const std::vector<float>& losses, const std::vector<float>& norms) {
  Results results = traces();
  for (Records& records : results.methods[1].records) {
    for (int64_t row = 0; row < records.samples; ++row) {
      std::ranges::copy(losses, records.aux_loss.begin() + row * 8);
      std::ranges::copy(norms, records.update_norm.begin() + row * 8);
    }
  }
  return results;
}

/// Where the rule stops at the last milestone and what it pays, the same for every sample.
struct Outcome {
  int milestone;
  double paid_flops;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome(const Results& results, const std::vector<std::string>& rule, int m = 4) {
  const Records records = policy_results("p", policy(rule), results, 1)[0].records[1];
  const Records& from = ttt_of(results).records[1];
  const Outcome first{chosen(records, from, 10, m), paid(records, 10, m)};
  for (int64_t row = 4; row < from.samples; ++row)
    EXPECT_EQ(first, (Outcome{chosen(records, from, row, m), paid(records, row, m)})) << row;
  return first;
}

const std::vector<float> ones(8, 1.0F);
double after(double steps) { return 100 + 64 * steps; }

TEST(EarlyStop, NeverStopsWhileTheLossFallsByMoreThanEpsilon) {
  const Results falling = with_steps({8, 7, 6, 5, 4, 3, 2, 1}, ones);
  EXPECT_EQ(outcome(falling, {"rule=early_stop", "patience=1", "epsilon=0.9"}), (Outcome{4, after(8)}));
  EXPECT_EQ(outcome(falling, {"rule=early_stop", "patience=1", "epsilon=1"}), (Outcome{1, after(2)}))
      << "falling by epsilon is not a new minimum";
}

TEST(EarlyStop, OfAConstantLossComesAfterPatienceSteps) {
  const Results constant = with_steps(ones, ones);
  const std::vector<int> last_milestone = {0, 1, 2, 2, 3, 3, 3, 3};  // by steps
  for (int patience = 1; patience < 8; ++patience)
    EXPECT_EQ(outcome(constant, {"rule=early_stop", fmt::format("patience={}", patience)}),
              (Outcome{last_milestone[patience], after(patience + 1)}));
}

TEST(EarlyStop, CountsFromTheMinimum) {
  const Results valley = with_steps({5, 4, 3, 4, 5, 6, 7, 8}, ones);
  EXPECT_EQ(outcome(valley, {"rule=early_stop", "patience=1"}), (Outcome{2, after(4)}));
  EXPECT_EQ(outcome(valley, {"rule=early_stop", "patience=2"}), (Outcome{3, after(5)}));
  EXPECT_EQ(outcome(valley, {"rule=early_stop", "patience=5"}), (Outcome{3, after(8)}));
  EXPECT_EQ(outcome(valley, {"rule=early_stop", "patience=6"}), (Outcome{4, after(8)}));
}

TEST(EarlyStop, ForgetsTheWaitAtANewMinimum) {
  const Results stairs = with_steps({5, 5, 4, 4, 3, 3, 3, 3}, ones);
  EXPECT_EQ(outcome(stairs, {"rule=early_stop", "patience=2"}), (Outcome{3, after(7)}));
}

TEST(EarlyStop, LooksNoFurtherThanTheBudget) {
  const Results valley = with_steps({5, 4, 3, 4, 5, 6, 7, 8}, ones);
  for (int m = 0; m < 3; ++m)
    EXPECT_EQ(outcome(valley, {"rule=early_stop", "patience=1"}, m),
              (Outcome{m, after(std::vector{0, 1, 2}[m])}));
  EXPECT_EQ(outcome(valley, {"rule=early_stop", "patience=1"}, 3), (Outcome{2, after(4)}));
}

TEST(EarlyStop, OfProbesStopsAtAMilestoneAndPaysForEachLook) {
  Results results = traces();
  for (Records& records : results.methods[1].records)
    for (int64_t i = 0; i < records.samples * 5; ++i)
      records.probe_loss[i] = std::vector{3.0F, 2.0F, 2.5F, 1.0F, 0.5F}[i % 5];
  const double look = 4 * 90;
  EXPECT_EQ(outcome(results, {"rule=early_stop", "loss=probe", "patience=1"}),
            (Outcome{2, after(2) + 3 * look}));
  EXPECT_EQ(outcome(results, {"rule=early_stop", "loss=probe", "patience=2"}),
            (Outcome{4, after(8) + 4 * look}));
}

TEST(TrustRegion, EndsBeforeTheStepThatLeavesIt) {
  const Results even = with_steps(ones, ones);
  EXPECT_EQ(outcome(even, {"rule=trust_region", "radius=0.5"}), (Outcome{0, after(1)}));
  EXPECT_EQ(outcome(even, {"rule=trust_region", "radius=2.5"}), (Outcome{2, after(3)}));
  EXPECT_EQ(outcome(even, {"rule=trust_region", "radius=3.5"}), (Outcome{2, after(4)})) << "snaps to 2 steps";
  EXPECT_EQ(outcome(even, {"rule=trust_region", "radius=8.5"}), (Outcome{4, after(8)}));
  EXPECT_EQ(outcome(even, {"rule=trust_region", "radius=2.5"}, 1), (Outcome{1, after(1)}));
}

TEST(TrustRegion, CountsThePathAndNotTheNumberOfSteps) {
  EXPECT_EQ(outcome(with_steps(ones, {4, 1, 1, 1, 1, 1, 1, 1}), {"rule=trust_region", "radius=4.5"}),
            (Outcome{1, after(2)}));
}

TEST(Stops, AreInterpolatedBetweenMilestonesOfUnevenCost) {
  Results results = with_steps(ones, ones);
  results.methods[1].cost.flops = {100, 200, 300, 700, 1900};
  EXPECT_EQ(outcome(results, {"rule=trust_region", "radius=2.5"}).paid_flops, 500);
  EXPECT_EQ(outcome(results, {"rule=trust_region", "radius=4.5"}).paid_flops, 1000);
  EXPECT_EQ(outcome(results, {"rule=trust_region", "radius=6.5"}).paid_flops, 1600);
  results.methods[1].cost.flops = {0.1, 0.2, 0.3, 0.7, 1.9};
  for (int m = 0; m < 5; ++m)
    EXPECT_EQ(outcome(results, {"rule=trust_region", "radius=inf"}, m).paid_flops,
              results.methods[1].cost.flops[m])
        << "at a milestone to the bit";
}

TEST(BestMilestone, IsTheBruteForceExtreme) {
  const Results results = traces();
  const Records& from = ttt_of(results).records[0];
  const auto expect_extreme = [&](const std::vector<std::string>& rule, const std::vector<float>& column,
                                  auto extreme) {
    const Records records = policy_results("p", policy(rule), results, 1)[0].records[0];
    for (int64_t row = 4; row < from.samples; ++row)
      for (int m = 0; m < 5; ++m) {
        const auto first = column.begin() + row * 5;
        EXPECT_EQ(chosen(records, from, row, m), extreme(first, first + m + 1) - first)
            << text_of(rule) << row;
      }
  };
  const auto most = [](auto first, auto last) { return std::max_element(first, last); };
  const auto least = [](auto first, auto last) { return std::min_element(first, last); };
  expect_extreme({"rule=best_milestone"}, from.confidence, most);
  expect_extreme({"rule=best_milestone", "reversed=true"}, from.confidence, least);
  expect_extreme({"rule=best_milestone", "signal=entropy"}, from.entropy, least);
  expect_extreme({"rule=best_milestone", "signal=entropy", "reversed=true"}, from.entropy, most);
  expect_extreme({"rule=best_milestone", "signal=margin"}, from.margin, most);
}

TEST(BestMilestone, OfEqualsIsTheEarliest) {
  Results results = traces();
  for (Records& records : results.methods[1].records) std::ranges::fill(records.confidence, 0.5F);
  EXPECT_EQ(outcome(results, {"rule=best_milestone"}).milestone, 0);
  EXPECT_EQ(outcome(results, {"rule=best_milestone", "reversed=true"}).milestone, 0);
}

TEST(FlipVeto, RefusesOnlyFlipsOfConfidentPredictions) {
  const Results results = traces();
  const Records& from = ttt_of(results).records[0];
  const Records veto =
      policy_results("p", policy({"rule=flip_veto", "threshold=0.5"}), results, 1)[0].records[0];
  int refused = 0;
  for (int64_t row = 4; row < from.samples; ++row) {
    const bool flips = from.predicted[row * 5] != from.predicted[row * 5 + 4];
    const bool refuse = flips && from.confidence[row * 5] >= 0.5F;
    EXPECT_EQ(chosen(veto, from, row, 4), refuse ? 0 : 4) << row;
    refused += refuse;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace ttt
