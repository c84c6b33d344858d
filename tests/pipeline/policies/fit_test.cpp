#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

#include "tests/pipeline/policies/traces.h"

namespace ttt {
namespace {

/// Right predictions of the last milestone, negated, and FLOPs paid: of the tune split, of a group.
std::tuple<int64_t, double> tune_loss(const Results& results, const MethodResults& method,
                                      const std::string& group) {
  std::tuple<int64_t, double> loss = {0, 0};
  for (size_t model = 0; model < results.model.size(); ++model) {
    const Records& records = method.records[model];
    for (int64_t row = 0; row < records.samples; ++row) {
      const bool counts = results.model_group[model] == group && results.split[row] == Split::tune;
      if (!counts || records.status[row] != Status::ok) continue;
      std::get<0>(loss) -= right(records, row, 4);
      std::get<1>(loss) += paid(records, row, 4);
    }
  }
  return loss;
}

/// Every value at which a decision on a tune sample could change: signals, and sums and differences of them.
std::set<double> candidates(const Results& results) {
  std::set<double> values = {std::numeric_limits<double>::infinity()};
  for (const Records& r : ttt_of(results).records) {
    for (int64_t row = 0; row < r.samples; ++row) {
      if (results.split[row] != Split::tune) continue;
      values.insert({r.entropy[row * 5], r.margin[row * 5], r.confidence[row * 5],
                     r.auxiliary_confidence[row], r.aux_loss[row * 8], r.probe_loss[row * 5]});
      values.insert(static_cast<double>(r.aux_loss[row * 8]) - r.aux_loss[row * 8 + 7]);
      double path = 0;
      for (int s = 0; s < 8; ++s) values.insert(path += r.update_norm[row * 8 + s]);
    }
  }
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

/// The policy of these options with a threshold that is given.
MethodResults with_threshold(const Results& results, PolicyOptions options, double threshold) {
  options.controls = false;
  for (const Field& field : fields(options))
    if (auto* const* given = std::get_if<std::optional<double>*>(&field.target)) **given = threshold;
  return policy_results("p", options, results, 1)[0];
}

void expect_best_fits(const Results& results) {
  for (const auto& rule : every_fitted_rule()) {
    if (rule[0] == "rule=learned_gate") continue;
    const PolicyOptions options = policy(rule);
    const MethodResults fitted = policy_results("p", options, results, 1)[0];
    const auto a = tune_loss(results, fitted, "a"), b = tune_loss(results, fitted, "b");
    auto least_a = a, least_b = b;
    for (const double threshold : candidates(results)) {
      const MethodResults given = with_threshold(results, options, threshold);
      least_a = std::min(least_a, tune_loss(results, given, "a"));
      least_b = std::min(least_b, tune_loss(results, given, "b"));
    }
    EXPECT_EQ(a, least_a) << text_of(rule);
    EXPECT_EQ(b, least_b) << text_of(rule);
  }
}

TEST(Fit, IsTheBestOfAllThresholdsAndTheCheapestOfEquals) { expect_best_fits(traces(28)); }

TEST(Fit, TakesOrLeavesSamplesOfEqualSignalTogether) {
  Results results = traces(28);
  for (Records& records : results.methods[1].records)
    for (auto* column : {&records.entropy, &records.margin, &records.confidence, &records.aux_loss,
                         &records.update_norm, &records.probe_loss, &records.auxiliary_confidence})
      for (float& value : *column) value = std::round(4 * value) / 4;
  expect_best_fits(results);
}

TEST(Fit, IsFrozenForTheOtherSplit) {
  Results results = traces();
  const auto fitted = [&] {
    std::vector<MethodResults> all;
    for (const auto& rule : every_fitted_rule())
      all.push_back(policy_results("p", policy(rule), results, 1)[0]);
    return all;
  };
  const std::vector<MethodResults> before = fitted();
  for (Records& records : results.methods[1].records)  // only one report sample is left
    for (int64_t row = 0; row < records.samples; ++row)
      if (results.split[row] == Split::report && row != 50) records.status[row] = Status::missing;
  const std::vector<MethodResults> after = fitted();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].note, after[i].note);
    for (size_t model = 0; model < 3; ++model)
      EXPECT_EQ(prediction_bytes(before[i].records[model], 50, 4),
                prediction_bytes(after[i].records[model], 50, 4));
  }
}

TEST(Fit, SaysItsValueAndOnHowManyItWasMade) {
  const Results results = traces();
  const std::string note = policy_results("p", policy({"rule=entropy_gate"}), results, 1)[0].note;
  const auto tune = std::ranges::count(results.split, Split::tune) - 1;  // sample 1 has diverged
  EXPECT_NE(note.find("threshold = "), std::string::npos) << note;
  EXPECT_NE(note.find(fmt::format("for a, fitted on {} tune records", 2 * tune)), std::string::npos) << note;
  EXPECT_NE(note.find(fmt::format("for b, fitted on {} tune records", tune)), std::string::npos) << note;
  const std::string given =
      policy_results("p", policy({"rule=entropy_gate", "threshold=0.5"}), results, 1)[0].note;
  EXPECT_NE(given.find("threshold = 0.5 as given"), std::string::npos) << given;
}

TEST(Fit, NeedsTuneSamplesUnlessTheThresholdIsGiven) {
  Results results = traces();
  std::ranges::fill(results.split, Split::report);
  for (const auto& rule : every_fitted_rule())
    expect_error(ExitCode::data, {"policy p", "run.split = \"all\"", "[data.tune]"},
                 [&] { policy_results("p", policy(rule), results, 1); });
  expect_error(ExitCode::data, {"radius", "give `radius`"},
               [&] { policy_results("p", policy({"rule=trust_region"}), results, 1); });
  for (const auto& rule : every_rule()) EXPECT_NO_THROW(policy_results("p", policy(rule), results, 1));
}

/// Adapting is right exactly where the source's entropy is above `bound`.
void let_adapting_help_above(Results& results, float bound) {
  for (Records& records : results.methods[1].records) {
    for (int64_t row = 4; row < records.samples; ++row) {
      const bool helps = records.entropy[row * 5] > bound;
      for (int m = 0; m < 5; ++m) records.correct[row * 5 + m] = m == 0 ? !helps : helps;
    }
  }
}

TEST(Fit, FindsARuleThatSeparates) {
  Results results = traces(240);
  let_adapting_help_above(results, 0.9F);
  const MethodResults gate = policy_results("p", policy({"rule=entropy_gate"}), results, 1)[0];
  const MethodResults learned = policy_results("p", policy({"rule=learned_gate"}), results, 1)[0];
  int64_t gate_wrong = 0, learned_wrong = 0, rows = 0;
  for (size_t model = 0; model < 3; ++model)
    for (int64_t row = 4; row < 240; ++row, ++rows) {
      EXPECT_TRUE(right(gate.records[model], row, 4) || results.split[row] != Split::tune);
      gate_wrong += !right(gate.records[model], row, 4);
      learned_wrong += !right(learned.records[model], row, 4);
    }
  EXPECT_LT(gate_wrong, rows / 20) << "no tune sample lies between";
  EXPECT_LT(learned_wrong, rows / 10) << "the ridge moves the boundary a little";
}

}  // namespace
}  // namespace ttt
