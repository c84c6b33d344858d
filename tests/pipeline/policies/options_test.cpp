#include <limits>

#include "pipeline/policies/registry.h"
#include "schemas/toml_text.h"
#include "tests/pipeline/policies/traces.h"

namespace ttt {
namespace {

std::string toml(PolicyOptions options) { return toml_table("p", fields(options)); }

/// Sets the keys of the printed options again.
PolicyOptions read_again(const PolicyOptions& options) {
  const std::string text = toml(options);
  std::vector<std::string> lines;
  for (size_t at = text.find('\n') + 1; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return policy(lines);
}

TEST(PolicyOptions, ReadBackAsTheyWerePrinted) {
  for (const auto& rule : every_rule()) EXPECT_EQ(read_again(policy(rule)), policy(rule)) << text_of(rule);
  for (const auto& rule : every_fitted_rule())
    EXPECT_EQ(read_again(policy(rule)), policy(rule)) << text_of(rule);
}

TEST(PolicyOptions, AThresholdIsPrintedOnlyWhereItIsGiven) {
  EXPECT_EQ(toml(policy({"rule=entropy_gate"})).find("threshold"), std::string::npos);
  EXPECT_NE(toml(policy({"rule=entropy_gate", "threshold=inf"})).find("threshold = inf"), std::string::npos);
}

TEST(PolicyOptions, ARuleBringsItsOwnKeysAndRefusesOthers) {
  expect_error(ExitCode::spec, {"method.p.patience", "unknown key"}, [] {
    policy({"rule=entropy_gate", "patience=2"});
  });
  expect_error(ExitCode::spec, {"patience", "0"}, [] { policy({"rule=early_stop", "patience=0"}); });
  expect_error(ExitCode::spec, {"alpha", "1.5"}, [] { policy({"rule=source_mix", "alpha=1.5"}); });
  expect_error(ExitCode::spec, {"threshold", "nan"}, [] { policy({"rule=entropy_gate", "threshold=nan"}); });
}

TEST(PolicyOptions, OnlyRulesThatMixTwoMethodsTakeASecond) {
  expect_error(ExitCode::spec, {"with", "missing"}, [] { policy({"rule=with_vote"}); });
  expect_error(ExitCode::spec, {"with", "not used"}, [] { policy({"rule=entropy_gate", "with=vote"}); });
}

TEST(PolicyRules, HaveDistinctNamesAndDefaultsThatHold) {
  for (const PolicyRule* rule : policy_rules()) {
    rule->options().validate();
    EXPECT_EQ(&policy_rule_of({std::string(rule->name), rule->options()}), rule);
    EXPECT_NE(rule->decide == nullptr, rule->decide_knowing == nullptr) << rule->name;
  }
}

TEST(Policy, ReadsTheFirstMethodThatAdaptsUnlessTold) {
  Results results = traces();
  const auto note = [&](const std::vector<std::string>& rule) {
    return policy_results("p", policy(rule), results, 1)[0].note;
  };
  EXPECT_NE(note({"rule=best_milestone"}).find("ttt"), std::string::npos);
  results.methods.push_back(ttt_of(results));
  results.methods.back().name = "other";
  EXPECT_NE(note({"rule=best_milestone", "from=other"}).find("other"), std::string::npos);
  expect_error(ExitCode::data, {"policy p", "from", "nobody", "vote, ttt, other"}, [&] {
    note({"rule=best_milestone", "from=nobody"});
  });
  results.methods.resize(1);
  expect_error(ExitCode::data, {"policy p", "adapts"}, [&] { note({"rule=best_milestone"}); });
}

TEST(Policy, SaysWhatTheMethodHasNotKept) {
  const auto expect_lack = [](const std::vector<std::string>& rule, const std::vector<std::string>& parts,
                              const std::function<void(MethodResults&)>& drop) {
    Results results = traces();
    drop(results.methods[1]);
    expect_error(ExitCode::data, parts, [&] { policy_results("p", policy(rule), results, 1); });
  };
  const auto drop_logits = [](MethodResults& m) { m.records.assign(3, empty_records(90, 5, 8, 0)); };
  expect_lack({"rule=trajectory_mean"}, {"policy p", "ttt", "run.logits = true"}, drop_logits);
  expect_lack({"rule=with_vote", "with=vote"}, {"policy p", "ttt", "run.logits = true"}, drop_logits);
  expect_lack({"rule=confidence_gate"}, {"policy p", "auxiliary_confidence"},
              [](MethodResults& m) { m.records[0].auxiliary_confidence.clear(); });
  expect_lack({"rule=early_stop", "loss=probe"}, {"policy p", "probe_loss"},
              [](MethodResults& m) { m.records[0].probe_loss.clear(); });
  expect_lack({"rule=trust_region"}, {"policy p", "steps"},
              [](MethodResults& m) { m.records.assign(3, empty_records(90, 5, 0, 4)); });
  expect_lack({"rule=best_milestone"}, {"policy p", "milestone 0"},
              [](MethodResults& m) { m.cost.milestone[0] = 1; });
}

}  // namespace
}  // namespace ttt
