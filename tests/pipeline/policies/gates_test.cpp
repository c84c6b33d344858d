#include <cmath>

#include "tests/pipeline/policies/traces.h"

namespace ttt {
namespace {

/// Expects the prediction of milestone `wanted(m)` of the source at every milestone m of every sample.
void expect_copies(const std::vector<std::string>& rule, const std::function<int(int)>& wanted) {
  const Results results = traces();
  const MethodResults gate = policy_results("p", policy(rule), results, 1)[0];
  for (size_t model = 0; model < 3; ++model) {
    const Records& from = ttt_of(results).records[model];
    for (int64_t row = 0; row < from.samples; ++row) {
      const bool decides = from.status[row] == Status::ok;
      for (int m = 0; m < from.milestones; ++m)
        ASSERT_EQ(prediction_bytes(gate.records[model], row, m),
                  prediction_bytes(from, row, decides ? wanted(m) : m))
            << text_of(rule) << " sample " << row << " milestone " << m;
    }
  }
}

const auto always = [](int m) { return m; };
const auto never = [](int) { return 0; };

TEST(Gates, ExtremeThresholdsAreAlwaysAndNeverToTheByte) {
  for (const char* rule :
       {"rule=entropy_gate", "rule=margin_gate", "rule=confidence_gate", "rule=loss_gate"}) {
    expect_copies({rule, "adapt=above", "threshold=0"}, always);
    expect_copies({rule, "adapt=above", "threshold=inf"}, never);
    expect_copies({rule, "adapt=below", "threshold=inf"}, always);
    expect_copies({rule, "adapt=below", "threshold=0"}, never);
  }
  for (const char* loss : {"loss=step", "loss=probe"}) {
    expect_copies({"rule=improvement_gate", loss, "threshold=-inf"}, always);
    expect_copies({"rule=improvement_gate", loss, "threshold=inf"}, never);
    expect_copies({"rule=loss_gate", loss, "threshold=-inf"}, always);
    expect_copies({"rule=loss_gate", loss, "threshold=inf"}, never);
  }
}

TEST(Gates, ExtremeStopsAreAlwaysAndNeverToTheByte) {
  expect_copies({"rule=trust_region", "radius=inf"}, always);
  expect_copies({"rule=trust_region", "radius=0"}, never);
  expect_copies({"rule=early_stop", "patience=8"}, always);
  expect_copies({"rule=early_stop", "patience=1", "epsilon=1e9"}, [](int m) { return std::min(m, 1); });
  expect_copies({"rule=flip_veto", "threshold=inf"}, always);
}

TEST(FlipVeto, FromZeroOnKeepsEveryClassOfTheSource) {
  const Results results = traces();
  const MethodResults veto = policy_results("p", policy({"rule=flip_veto", "threshold=0"}), results, 1)[0];
  const Records& from = ttt_of(results).records[0];
  for (int64_t row = 4; row < from.samples; ++row)
    for (int m = 0; m < 5; ++m)
      EXPECT_EQ(veto.records[0].predicted[row * 5 + m], from.predicted[row * 5]) << row;
}

TEST(Gates, AdaptOnTheSideThatTheSpecSays) {
  const Results results = traces();
  const Records& from = ttt_of(results).records[2];
  const auto adapted = [&](const std::vector<std::string>& rule, int64_t row) {
    const MethodResults gate = policy_results("p", policy(rule), results, 1)[0];
    return prediction_bytes(gate.records[2], row, 4) == prediction_bytes(from, row, 4);
  };
  for (int64_t row = 4; row < 24; ++row) {
    EXPECT_EQ(adapted({"rule=entropy_gate", "threshold=0.9"}, row), from.entropy[row * 5] >= 0.9F);
    EXPECT_EQ(adapted({"rule=margin_gate", "threshold=0.3"}, row), from.margin[row * 5] < 0.3F);
    EXPECT_EQ(adapted({"rule=confidence_gate", "threshold=0.5"}, row), from.auxiliary_confidence[row] < 0.5F);
    EXPECT_EQ(adapted({"rule=loss_gate", "threshold=0.5"}, row), from.aux_loss[row * 8] >= 0.5F);
    EXPECT_EQ(adapted({"rule=improvement_gate", "threshold=0"}, row),
              from.aux_loss[row * 8] >= from.aux_loss[row * 8 + 7]);
  }
}

/// What samples pay at the last milestone, 8 steps: 612. A prediction costs 100, a step 64, a forward
/// pass 90.
TEST(Gates, ChargeEverythingLookedAt) {
  const Results results = traces();
  const auto expect_paid = [&](const std::vector<std::string>& rule, double price) {
    const Records gate = policy_results("p", policy(rule), results, 1)[0].records[0];
    for (int64_t row = 4; row < gate.samples; ++row) {
      EXPECT_EQ(paid(gate, row, 4), price) << text_of(rule) << row;
      EXPECT_EQ(paid(gate, row, 0), 100) << "nothing to decide: " << text_of(rule) << row;
    }
  };
  expect_paid({"rule=entropy_gate", "threshold=0"}, 100 + 612);
  expect_paid({"rule=entropy_gate", "threshold=inf"}, 100);
  expect_paid({"rule=margin_gate", "threshold=inf"}, 100 + 612);
  expect_paid({"rule=margin_gate", "threshold=0"}, 100);
  expect_paid({"rule=confidence_gate", "threshold=inf"}, 90 + 612);
  expect_paid({"rule=confidence_gate", "threshold=0"}, 90 + 100);
  expect_paid({"rule=loss_gate", "threshold=0"}, 612);
  expect_paid({"rule=loss_gate", "threshold=inf"}, 100 + 64);
  expect_paid({"rule=loss_gate", "threshold=0", "loss=probe"}, 4 * 90 + 612);
  expect_paid({"rule=loss_gate", "threshold=inf", "loss=probe"}, 4 * 90 + 100);
  expect_paid({"rule=improvement_gate", "threshold=-inf"}, 612);
  expect_paid({"rule=improvement_gate", "threshold=inf"}, 612);
  expect_paid({"rule=improvement_gate", "threshold=inf", "loss=probe"}, 612 + 8 * 90);
  expect_paid({"rule=flip_veto", "threshold=0.5"}, 612 + 100);
  expect_paid({"rule=best_milestone"}, 612 + 4 * 100);
  expect_paid({"rule=trajectory_mean"}, 612 + 4 * 100);
  expect_paid({"rule=source_mix"}, 612 + 100);
  expect_paid({"rule=trust_region", "radius=inf"}, 612);
  expect_paid({"rule=trust_region", "radius=0"}, 100 + 64);
}

TEST(Policy, KeepsRowsThatHaveNothingToDecide) {
  const Results results = traces();
  for (auto rule : every_rule()) {
    rule.push_back("controls=true");
    for (const MethodResults& method : policy_results("p", policy(rule), results, 1)) {
      for (size_t model = 0; model < 3; ++model) {
        const Records& from = ttt_of(results).records[model];
        for (int64_t row = 0; row < 4; ++row) {
          EXPECT_EQ(method.records[model].status[row], from.status[row]);
          EXPECT_EQ(method.records[model].steps_taken[row], from.steps_taken[row]);
          for (int m = 0; m < 5; ++m)
            EXPECT_EQ(prediction_bytes(method.records[model], row, m), prediction_bytes(from, row, m));
          EXPECT_EQ(std::isnan(paid(method.records[model], row, 4)), from.status[row] == Status::missing);
        }
      }
    }
  }
}

TEST(Policy, TakesMilestonesAndNominalCostFromTheMethodItReads) {
  const Results results = traces();
  for (const MethodResults& method : policy_results("p", policy({"rule=best_milestone"}), results, 1)) {
    EXPECT_EQ(method.kind, "policy");
    EXPECT_EQ(method.cost, ttt_of(results).cost);
    EXPECT_EQ(method.unit, "steps");
    EXPECT_EQ(method.milestone_meaning, "gradient steps");
    EXPECT_TRUE(method.spec.empty());
    for (const Records& records : method.records) EXPECT_EQ(records.sample, results.sample);
  }
}

TEST(Policy, CountsWhatTheMethodSaysASamplePaid) {
  Results results = traces();
  Records& from = results.methods[1].records[0];
  keep_column(from, &Records::paid_flops);
  for (double& flops : from.paid_flops) flops = 7;
  const auto gate = policy_results("p", policy({"rule=entropy_gate", "threshold=0"}), results, 1)[0];
  EXPECT_EQ(paid(gate.records[0], 10, 4), 7 + 7);
  EXPECT_EQ(paid(gate.records[1], 10, 4), 100 + 612) << "of another model";
}

}  // namespace
}  // namespace ttt
