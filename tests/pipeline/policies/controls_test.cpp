#include <algorithm>
#include <limits>

#include "tests/pipeline/policies/traces.h"

namespace ttt {
namespace {

const MethodResults* named(const std::vector<MethodResults>& methods, const std::string& name) {
  const auto found = std::ranges::find(methods, name, &MethodResults::name);
  return found == methods.end() ? nullptr : &*found;
}

std::vector<std::vector<std::string>> all_rules() {
  std::vector<std::vector<std::string>> all = every_rule();
  for (const auto& rule : every_fitted_rule()) all.push_back(rule);
  return all;
}

int64_t right_at(const MethodResults& method, int m) {
  int64_t count = 0;
  for (const Records& records : method.records)
    for (int64_t row = 0; row < records.samples; ++row) count += right(records, row, m);
  return count;
}

/// Samples of a split that end with the source's prediction (0) and with each later milestone.
std::vector<int> ends(const Results& results, const Records& records, const Records& from, Split split) {
  std::vector<int> counts(5);
  for (int64_t row = 4; row < from.samples; ++row)
    for (int k = 0; k < 5 && results.split[row] == split; ++k)
      counts[k] += prediction_bytes(records, row, 4) == prediction_bytes(from, row, k);
  return counts;
}

/// The same results with their samples in another order.
Results reordered(const Results& results) {
  Results other = results;
  const auto samples = static_cast<int64_t>(results.sample.size());
  for (int64_t row = 0; row < samples; ++row) {
    const int64_t from = (row * 37 + 11) % samples;
    other.sample[row] = results.sample[from];
    other.label[row] = results.label[from];
    other.split[row] = results.split[from];
    for (size_t i = 0; i < results.methods.size(); ++i)
      for (size_t model = 0; model < 3; ++model)
        copy_row(other.methods[i].records[model], row, results.methods[i].records[model], from);
  }
  return other;
}

TEST(Controls, ComeOnlyWhereTheyAreAskedForAndMeanSomething) {
  const Results results = traces();
  const auto roles = [&](const std::vector<std::string>& rule) {
    std::vector<std::pair<std::string, Role>> made;
    for (const MethodResults& method : policy_results("p", policy(rule), results, 1))
      made.emplace_back(method.name, method.role);
    return made;
  };
  using Made = std::vector<std::pair<std::string, Role>>;
  EXPECT_EQ(roles({"rule=early_stop"}),
            (Made{{"p", Role::policy}, {"p+random", Role::control}, {"p+oracle", Role::oracle}}));
  EXPECT_EQ(roles({"rule=early_stop", "controls=false"}), (Made{{"p", Role::policy}}));
  EXPECT_EQ(roles({"rule=source_mix"}), (Made{{"p", Role::policy}, {"p+oracle", Role::oracle}}));
  EXPECT_EQ(roles({"rule=oracle"}), (Made{{"p", Role::oracle}}));
}

TEST(RandomControl, TakesEachDecisionAsOftenAsThePolicyInEachSplit) {
  const Results results = traces();
  for (const auto& rule : all_rules()) {
    const auto methods = policy_results("p", policy(rule), results, 1);
    const MethodResults* random = named(methods, "p+random");
    for (size_t model = 0; random && model < 3; ++model) {
      const Records& from = ttt_of(results).records[model];
      for (const Split split : {Split::tune, Split::report})
        EXPECT_EQ(ends(results, random->records[model], from, split),
                  ends(results, methods[0].records[model], from, split))
            << text_of(rule);
    }
  }
}

TEST(RandomControl, IsDrawnForSamplesAndNotForRows) {
  const Results results = traces(), other = reordered(results);
  for (const auto& rule : all_rules()) {
    const auto a = policy_results("p", policy(rule), results, 1);
    const auto b = policy_results("p", policy(rule), other, 1);
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i)
      for (int64_t row = 0; row < 90; ++row)
        EXPECT_EQ(prediction_bytes(b[i].records[1], row, 4),
                  prediction_bytes(a[i].records[1], other.sample[row], 4))
            << text_of(rule);
  }
}

TEST(RandomControl, DependsOnTheSeedAndNotOnTheSignal) {
  const Results results = traces(900);
  const auto adapts = [&](const std::string& name, uint64_t seed) {
    const auto methods = policy_results("p", policy({"rule=entropy_gate", "threshold=0.9"}), results, seed);
    std::vector<int> adapted;
    for (int64_t row = 4; row < 900; ++row)
      adapted.push_back(prediction_bytes(named(methods, name)->records[0], row, 4) ==
                        prediction_bytes(ttt_of(results).records[0], row, 4));
    return adapted;
  };
  const auto gate = adapts("p", 1), one = adapts("p+random", 1), two = adapts("p+random", 2);
  EXPECT_EQ(gate, adapts("p", 2));
  EXPECT_NE(one, two);
  const double rate = static_cast<double>(std::ranges::count(gate, 1)) / 896;
  double both = 0;
  for (size_t i = 0; i < gate.size(); ++i) both += gate[i] && one[i];
  EXPECT_NEAR(both / 896, rate * rate, 0.05) << "independent of what the policy decides";
}

TEST(RandomControl, PaysForItsPredictionAlone) {
  const Results results = traces();
  const auto methods = policy_results("p", policy({"rule=loss_gate", "threshold=0.5"}), results, 1);
  const Records& random = named(methods, "p+random")->records[0];
  const Records& from = ttt_of(results).records[0];
  for (int64_t row = 4; row < 90; ++row)
    EXPECT_EQ(paid(random, row, 4),
              prediction_bytes(random, row, 4) == prediction_bytes(from, row, 0) ? 100 : 612);
}

TEST(Oracle, IsNeverBeatenByItsPolicy) {
  const Results results = traces();
  for (const auto& rule : all_rules()) {
    const auto methods = policy_results("p", policy(rule), results, 1);
    for (int m = 0; m < 5; ++m)
      for (const MethodResults& method : methods)
        EXPECT_GE(right_at(*named(methods, "p+oracle"), m), right_at(method, m))
            << text_of(rule) << method.name;
  }
}

TEST(Oracle, OfAllMilestonesIsNeverBeatenByAChoice) {
  const Results results = traces();
  const MethodResults best = policy_results("p", policy({"rule=oracle"}), results, 1)[0];
  for (const auto& rule : all_rules()) {
    const auto methods = policy_results("p", policy(rule), results, 1);
    if (!named(methods, "p+random")) continue;  // a mixture can be right where no milestone is
    for (int m = 0; m < 5; ++m) EXPECT_GE(right_at(best, m), right_at(methods[0], m)) << text_of(rule);
  }
}

TEST(Oracle, IsRightWhereverAnythingInReachIs) {
  const Results results = traces();
  const Records& from = ttt_of(results).records[0];
  const auto oracle = [&](const char* choice) {
    return policy_results("p", policy({"rule=oracle", choice}), results, 1)[0].records[0];
  };
  const Records gate = oracle("choice=gate"), any = oracle("choice=milestones");
  for (int64_t row = 4; row < 90; ++row)
    for (int m = 0; m < 5; ++m) {
      bool reached = false;
      for (int k = 0; k <= m; ++k) reached = reached || right(from, row, k);
      EXPECT_EQ(right(any, row, m), reached);
      EXPECT_EQ(right(gate, row, m), right(from, row, 0) || right(from, row, m));
    }
}

/// What an oracle alone may read of the report split is turned into garbage.
Results poisoned(Results results) {
  for (size_t row = 0; row < results.sample.size(); ++row) {
    if (results.split[row] != Split::report) continue;
    results.label[row] = (results.label[row] + 1) % trace_classes;
    for (MethodResults& method : results.methods)
      for (Records& records : method.records)
        for (int m = 0; m < records.milestones; ++m) {
          records.correct[row * records.milestones + m] ^= 1;
          records.main_loss[row * records.milestones + m] = std::numeric_limits<float>::quiet_NaN();
        }
  }
  return results;
}

TEST(Policy, DecidesWithoutLabels) {
  const Results results = traces(), garbage = poisoned(results);
  for (const auto& rule : all_rules()) {
    const auto clean = policy_results("p", policy(rule), results, 1);
    const auto blind = policy_results("p", policy(rule), garbage, 1);
    for (size_t i = 0; i < clean.size(); ++i) {
      if (clean[i].role == Role::oracle) continue;
      EXPECT_EQ(clean[i].note, blind[i].note);
      for (size_t model = 0; model < 3; ++model) {
        EXPECT_EQ(clean[i].records[model].predicted, blind[i].records[model].predicted) << text_of(rule);
        for (int64_t row = 4; row < 90; ++row)
          for (int m = 0; m < 5; ++m)
            EXPECT_EQ(paid(clean[i].records[model], row, m), paid(blind[i].records[model], row, m));
      }
    }
  }
  const auto oracle = [](const Results& from) {
    return policy_results("p", policy({"rule=oracle"}), from, 1)[0].records[0].predicted;
  };
  EXPECT_NE(oracle(results), oracle(garbage)) << "the poison works";
}

}  // namespace
}  // namespace ttt
