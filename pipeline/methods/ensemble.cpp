// kind = "ensemble": the source models of a group vote together, computed by `aggregate` from stored logits.
#include <algorithm>

#include "pipeline/methods/method.h"
#include "pipeline/methods/model_groups.h"
#include "pipeline/scores/prediction.h"
#include "pipeline/scores/source_results.h"
#include "pipeline/votes/registry.h"
#include "pipeline/votes/verdict.h"

namespace ttt {

/// kind = "ensemble".
struct EnsembleOptions {
  Chosen rule = choose(vote_alternatives(), "mean");  // of pipeline/votes; its own keys stand beside these
  bool operator==(const EnsembleOptions&) const = default;
};

Fields fields(EnsembleOptions& o) {
  Fields all = {choice_among("rule", o.rule, vote_alternatives())};
  for (Field& field : o.rule.options.fields()) all.push_back(std::move(field));
  return all;
}

void validate(const EnsembleOptions& o) { o.rule.options.validate(); }

namespace {

/// m members cost m plain predictions.
CostTable cost_of(int members, const CostTable& source) {
  CostTable cost;
  for (int m = 1; m <= members; ++m) {
    cost.milestone.push_back(m);
    cost.flops.push_back(m * source.flops[0]);
    cost.forward_passes.push_back(m * source.forward_passes[0]);
  }
  cost.backward_passes.assign(members, 0);
  cost.gradient_steps.assign(members, 0);
  cost.views.assign(members, 0);
  return cost;
}

/// The ensembles of one sample headed by one model; `members` in the order in which they join. A member
/// without logits ends the row, which gets that member's status.
void vote(const EnsembleOptions& options, const std::vector<const Records*>& members, int64_t row,
          int64_t label, double flops_of_vote, Records& records) {
  const VoteRule& rule = vote_rule_of(options.rule);
  std::vector<float> ballots;
  for (int m = 0; m < records.milestones; ++m) {
    const std::span<const float> logits = source_logits(*members[m], row);
    if (!finite(logits)) {
      records.status[row] = members[m]->status[row];
      return;
    }
    ballots.insert(ballots.end(), logits.begin(), logits.end());
    const Verdict verdict = rule.decide(options.rule.options, {ballots, m + 1, records.classes});
    record_verdict(records, row, m, verdict, label);
    if (rule.stops_early) records.paid_flops[row * records.milestones + m] = verdict.cast * flops_of_vote;
  }
}

/// Row of model i at milestone m: models i, i + 1, ..., i + m - 1 of its group, cyclically, so that every
/// model heads one ensemble of every size. Sizes go up to the smallest group's.
MethodResults ensemble(const std::string& name, const EnsembleOptions& options, const Results& all,
                       const MethodResults& source) {
  const ModelGroups groups = model_groups(all);
  const int members = smallest_group(groups);
  MethodResults results;
  results.name = name;
  results.note = ensemble_note(groups, members);
  results.cost = cost_of(members, source.cost);
  const auto samples = static_cast<int64_t>(all.label.size());
  Records empty = empty_records(samples, members, 0, source.records[0].classes);
  if (vote_rule_of(options.rule).stops_early) keep_column(empty, &Records::paid_flops);
  results.records.assign(all.model.size(), empty);
  for (const auto& [group, indices] : groups) {
    for (size_t head = 0; head < indices.size(); ++head) {
      std::vector<const Records*> order;
      for (int m = 0; m < members; ++m)
        order.push_back(&source.records[indices[(head + m) % indices.size()]]);
      Records& records = results.records[indices[head]];
      records.sample = source.records[indices[head]].sample;
      for (int64_t row = 0; row < samples; ++row)
        vote(options, order, row, all.label[row], source.cost.flops[0], records);
    }
  }
  return results;
}

std::vector<std::string> reads(const Options&, const Results& outlines) {
  const MethodResults* source = source_results(outlines);
  return source ? std::vector{source->name} : std::vector<std::string>();
}

std::vector<MethodResults> derive(const std::string& name, const Options& options, const Measured& measured) {
  const Results& results = measured.results;
  const MethodResults* source = source_results(results);
  if (!source && results.partial) return {};
  if (!source)
    fail(ExitCode::data,
         "ensemble {}: no method of this run has a milestone 0, the source models' predictions", name);
  require_logits(*source, "ensemble " + name);
  return {ensemble(name, options.get<EnsembleOptions>(), results, *source)};
}

void check(const MethodOptions&, const JobSpec& spec) {
  require_option(spec.run.logits, "run.logits", "false, but ensembles are computed from logits (true)");
  const bool adapts = std::ranges::any_of(
      spec.methods, [](const MethodOptions& method) { return method.kind.name == "adapt"; });
  require_option(adapts, "method",
                 "ensembles vote with the source models' predictions, which an adapt method records "
                 "(add one; steps = 0 adapts nothing)");
}

const Derivation derivation = {.reads = reads, .derive = derive};

}  // namespace

extern const Method ensemble_method;
constinit const Method ensemble_method = {
    .name = "ensemble",
    .summary = "the source models of a group vote together",
    .source = "Lakshminarayanan et al., NeurIPS 2017",
    .needs = "an adapt method, several models of a group, run.logits = true",
    .cost = "N forward passes for N members; their training is not counted",
    .milestone_meaning = "members",
    .unit = "members",
    .payload = Payload::any,
    .options = options_of<EnsembleOptions>,
    .role = [](const Options&) { return Role::ensemble; },
    .derivation = &derivation,
    .check = check};

}  // namespace ttt
