// kind = "policy": predictions chosen or mixed from the records of other methods, computed by `aggregate`.
#include "pipeline/policies/policy.h"

#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/source_method.h"
#include "pipeline/policies/registry.h"
#include "schemas/spec_reader.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

bool has(const Results& results, const std::string& name) {
  return name.empty() ||
         std::ranges::find(results.methods, name, &MethodResults::name) != results.methods.end();
}

std::vector<std::string> reads(const Options& options, const Results& outlines) {
  const auto& o = options.get<PolicyOptions>();
  if (!o.from.empty()) return {o.from, o.with};
  const auto first = std::ranges::find(outlines.methods, Role::adapt, &MethodResults::role);
  return first == outlines.methods.end() ? std::vector{o.with} : std::vector{first->name, o.with};
}

/// Of a partial run only what it can be computed of.
std::vector<MethodResults> derive(const std::string& name, const Options& options, const Measured& measured) {
  const auto& o = options.get<PolicyOptions>();
  const Results& results = measured.results;
  if (!results.partial) return policy_results(name, o, results, measured.seed);
  if (!has(results, o.from) || !has(results, o.with)) return {};
  try {
    return policy_results(name, o, results, measured.seed);
  } catch (const Error&) {  // rows that it needs are missing, which the results say already
    return {};
  }
}

bool is_fitted(const PolicyRule& rule, const Options& options) {
  if (std::holds_alternative<LogisticFit>(rule.fit)) return true;
  const auto* threshold = std::get_if<ThresholdFit>(&rule.fit);
  return threshold && !threshold->given(options);
}

/// Throws unless the method that is read keeps what the rule needs.
void require_columns(const MethodOptions& from, const PolicyNeeds& needs) {
  const auto& adapt = from.kind.options.get<AdaptOptions>();
  const auto kept = [&](bool needed, std::string_view column) {
    require_option(!needed || keeps(adapt.keep, column), (join_path("method", from.name) + ".keep").c_str(),
                   "without \"{}\", which a policy reads (add it)", column);
  };
  kept(needs.auxiliary_confidence, "auxiliary_confidence");
  kept(needs.probe_loss, "probe_loss");
}

void check(const MethodOptions& method, const JobSpec& spec) {
  const auto& o = method.kind.options.get<PolicyOptions>();
  const PolicyRule& rule = policy_rule_of(o.rule);
  const PolicyNeeds needs = rule.needs(o.rule.options);
  const auto adapts = [](const MethodOptions& other) {
    const auto* adapt = other.kind.options.get_if<AdaptOptions>();
    return adapt && adapt->steps > 0 && !is_placebo(*adapt) && !in_streams(*adapt);
  };
  const MethodOptions& from =
      source_method(spec, method, "from", o.from, adapts, "an adapt method with steps");
  if (needs.with)
    source_method(
        spec, method, "with", o.with,
        [](const MethodOptions& other) { return other.kind.name == "adapt" || other.kind.name == "vote"; },
        "an adapt or vote method");
  require_columns(from, needs);
  require_option(spec.run.logits || !(needs.logits || needs.with || rule.mixes), "run.logits",
                 "false, but policies read logits (true)");
  const bool no_tune = spec.run.split != RunSplit::all ||
                       (spec.data.source != DataSource::testset && spec.data.tune.base_images == 0);
  const auto* threshold = std::get_if<ThresholdFit>(&rule.fit);
  require_option(
      !(is_fitted(rule, o.rule.options) && no_tune),
      (join_path("method", method.name) + (threshold ? fmt::format(".{}", threshold->key) : ".rule")).c_str(),
      "is fitted on the tune split, which this job does not evaluate (fill [data.tune] and set "
      "run.split = \"all\"{})",
      threshold ? ", or give a number" : "");
}

constexpr Derivation derivation = {.reads = reads, .derive = derive};

}  // namespace

extern const Method policy_method;
constinit const Method policy_method = {
    .name = "policy",
    .summary =
        "when to adapt, when to stop, what to mix: chosen from stored records, fitted on the tune split",
    .source = "gates: Sun et al., ICML 2020; see `ttt-eval list policies`",
    .needs = "an adapt method with steps; what its rule reads",
    .cost = "what the rule looks at and takes, by sample (paid_flops)",
    .milestone_meaning = "gradient steps",
    .unit = "steps",
    .payload = Payload::any,
    .options = options_of<PolicyOptions>,
    .role =
        [](const Options& o) {
          return policy_rule_of(o.get<PolicyOptions>().rule).decide_knowing ? Role::oracle : Role::policy;
        },
    .derivation = &derivation,
    .check = check};

}  // namespace ttt
