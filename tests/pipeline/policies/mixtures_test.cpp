#include <cmath>

#include "tests/pipeline/policies/traces.h"

namespace ttt {
namespace {

double probability_of_label(const Records& records, int64_t row, int m) {
  return std::exp(-static_cast<double>(records.main_loss[row * records.milestones + m]));
}

/// The probability that the mixture gives to the label, at every milestone of every sample with status ok.
void expect_mixture(const Results& results, const std::vector<std::string>& rule,
                    const std::function<double(const Records& from, int64_t row, int m)>& wanted) {
  const MethodResults mixed = policy_results("p", policy(rule), results, 1)[0];
  for (size_t model = 0; model < 3; ++model) {
    const Records& from = ttt_of(results).records[model];
    for (int64_t row = 4; row < from.samples; ++row)
      for (int m = 0; m < from.milestones; ++m)
        ASSERT_NEAR(probability_of_label(mixed.records[model], row, m), wanted(from, row, m), 1e-6)
            << text_of(rule) << row << " " << m;
  }
}

TEST(TrajectoryMean, IsTheMeanProbabilityOfTheMilestonesSoFar) {
  expect_mixture(traces(), {"rule=trajectory_mean"}, [](const Records& from, int64_t row, int m) {
    double sum = 0;
    for (int k = 0; k <= m; ++k) sum += probability_of_label(from, row, k);
    return sum / (m + 1);
  });
}

TEST(TrajectoryMean, OfOneMilestoneIsThatMilestone) {
  const Results results = traces(90, {0});
  const Records mean = policy_results("p", policy({"rule=trajectory_mean"}), results, 1)[0].records[0];
  for (int64_t row = 0; row < 90; ++row)
    EXPECT_EQ(prediction_bytes(mean, row, 0), prediction_bytes(ttt_of(results).records[0], row, 0));
}

TEST(SourceMix, WeighsTheSourceByAlpha) {
  for (const double alpha : {0.0, 0.3, 1.0}) {
    expect_mixture(traces(), {"rule=source_mix", fmt::format("alpha={:.1f}", alpha)},
                   [&](const Records& from, int64_t row, int m) {
                     return alpha * probability_of_label(from, row, 0) +
                            (1 - alpha) * probability_of_label(from, row, m);
                   });
  }
}

TEST(SourceMix, OfOneOrNothingPredictsTheSourceOrTheAdaptedClass) {
  const Results results = traces();
  const Records& from = ttt_of(results).records[0];
  const auto mixed = [&](const char* alpha) {
    return policy_results("p", policy({"rule=source_mix", alpha}), results, 1)[0].records[0];
  };
  const Records source = mixed("alpha=1.0"), adapted = mixed("alpha=0.0");
  for (int64_t row = 4; row < from.samples; ++row)
    for (int m = 0; m < 5; ++m) {
      EXPECT_EQ(source.predicted[row * 5 + m], from.predicted[row * 5]);
      EXPECT_EQ(adapted.predicted[row * 5 + m], from.predicted[row * 5 + m]);
    }
}

TEST(SourceMix, ByEntropyWeighsEachByTheOthers) {
  expect_mixture(
      traces(), {"rule=source_mix", "weights=entropy"}, [](const Records& from, int64_t row, int m) {
        const double before = from.entropy[row * 5], after = from.entropy[row * 5 + m];
        return (after * probability_of_label(from, row, 0) + before * probability_of_label(from, row, m)) /
               (before + after);
      });
}

TEST(WithVote, IsTheMeanOfAMilestoneAndOfTheSecondMethodsLast) {
  const Results results = traces();
  for (size_t model = 0; model < 3; ++model) {
    const Records& from = ttt_of(results).records[model];
    const Records& vote = results.methods[0].records[model];
    const Records mixed =
        policy_results("p", policy({"rule=with_vote", "with=vote"}), results, 1)[0].records[model];
    for (int64_t row = 4; row < from.samples; ++row)
      for (int m = 0; m < 5; ++m) {
        EXPECT_NEAR(probability_of_label(mixed, row, m),
                    (probability_of_label(from, row, m) + probability_of_label(vote, row, 2)) / 2, 1e-6);
        EXPECT_EQ(paid(mixed, row, m), ttt_of(results).cost.flops[m] + results.methods[0].cost.flops[2]);
      }
  }
}

TEST(WithVote, HasNoPredictionWhereTheSecondMethodHasNone) {
  Results results = traces();
  results.methods[0].records[0].status[20] = Status::missing;
  const Records mixed =
      policy_results("p", policy({"rule=with_vote", "with=vote"}), results, 1)[0].records[0];
  EXPECT_EQ(mixed.status[20], Status::missing);
  EXPECT_EQ(mixed.predicted[20 * 5 + 4], -1);
  EXPECT_EQ(mixed.status[21], Status::ok);
}

}  // namespace
}  // namespace ttt
