// kind = "document_ensemble": the models of a group predict the tokens of a document together.
#include <algorithm>
#include <cmath>

#include "pipeline/methods/document_options.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/model_groups.h"
#include "schemas/error.h"

namespace ttt {

/// kind = "document_ensemble": the mean of the members' probabilities of each token. Only what they give to
/// the token that came is needed, which `keep = ["token_nats"]` records.
struct DocumentEnsembleOptions {
  std::string from;  // NAME of the document method whose readings are averaged
  int steps = 0;     // a chunk, of these readings
  bool operator==(const DocumentEnsembleOptions&) const = default;
};

Fields fields(DocumentEnsembleOptions& o) { return {{"from", &o.from}, {"steps", &o.steps, {0, 1000}}}; }

void validate(const DocumentEnsembleOptions& o) {
  require_option(!o.from.empty(), "from", "missing (the NAME of a document method)");
}

namespace {

CostTable cost_of(int members, const CostTable& from, size_t milestone) {
  CostTable cost;
  for (int m = 1; m <= members; ++m) {
    cost.milestone.push_back(m);
    cost.flops.push_back(m * from.flops[milestone]);
    cost.forward_passes.push_back(m * from.forward_passes[milestone]);
    cost.backward_passes.push_back(m * from.backward_passes[milestone]);
    cost.gradient_steps.push_back(m * from.gradient_steps[milestone]);
    cost.views.push_back(from.views[milestone]);
  }
  return cost;
}

/// The columns of the readings, without what an ensemble does not know: which token was the likeliest.
Records empty_records_of(const Records& from, int64_t samples, int members) {
  Records records = empty_records(samples, members, 0, 0);
  records.chunk_count = from.chunk_count;
  keep_column(records, &Records::chunk_nats);
  keep_column(records, &Records::chunk_tokens);
  keep_column(records, &Records::paid_flops);
  return records;
}

/// -log of the mean of exp(-x).
double nats_of_mean(std::span<const double> nats) {
  const double least = std::ranges::min(nats);
  double sum = 0;
  for (const double x : nats) sum += std::exp(least - x);
  return least - std::log(sum / static_cast<double>(nats.size()));
}

/// What the first m + 1 of `members` give to the tokens of row `row` together; `from` is the milestone of
/// their readings.
void average(const std::vector<const Records*>& members, int64_t row, int from, int m, Records& records) {
  const Records& first = *members.front();
  const int64_t cell = row * first.milestones + from, place = row * records.milestones + m;
  int64_t token = 0;
  double all = 0;
  for (int c = 0; c < first.chunk_count; ++c) {
    const float tokens = first.chunk_tokens[row * first.chunk_count + c];
    if (!std::isfinite(tokens)) break;
    double chunk = 0;
    for (const int64_t end = token + static_cast<int64_t>(tokens); token < end; ++token) {
      std::vector<double> nats;
      for (int k = 0; k <= m; ++k) nats.push_back(members[k]->token_nats[cell * first.token_count + token]);
      chunk += nats_of_mean(nats);
    }
    records.chunk_nats[place * records.chunk_count + c] = static_cast<float>(chunk);
    records.chunk_tokens[row * records.chunk_count + c] = tokens;
    all += chunk;
  }
  records.main_loss[place] = static_cast<float>(all / static_cast<double>(token));
  for (int k = 0; k <= m; ++k) {
    const double paid = members[k]->paid_flops[cell];
    records.paid_flops[place] = k == 0 ? paid : records.paid_flops[place] + paid;
    if (members[k]->status[row] != Status::ok) records.status[row] = members[k]->status[row];
  }
}

/// Row of model i at milestone m: models i, i + 1, ..., i + m - 1 of its group, cyclically, so that every
/// model heads one ensemble of every size. Sizes go up to the smallest group's.
MethodResults ensemble(const std::string& name, const MethodResults& from, int milestone,
                       const Results& results) {
  const ModelGroups groups = model_groups(results);
  const int members = smallest_group(groups);
  MethodResults made;
  made.name = name;
  made.note = fmt::format("readings of {}; {}", from.name, ensemble_note(groups, members));
  made.cost = cost_of(members, from.cost, static_cast<size_t>(milestone));
  const auto samples = static_cast<int64_t>(results.sample.size());
  made.records.assign(results.model.size(), empty_records_of(from.records[0], samples, members));
  for (const auto& [group, indices] : groups)
    for (size_t head = 0; head < indices.size(); ++head) {
      std::vector<const Records*> order;
      for (int m = 0; m < members; ++m) order.push_back(&from.records[indices[(head + m) % indices.size()]]);
      Records& records = made.records[indices[head]];
      records.sample = from.records[indices[head]].sample;
      for (int64_t row = 0; row < samples; ++row) {
        for (int m = 0; m < members; ++m) average(order, row, milestone, m, records);
      }
    }
  return made;
}

std::vector<std::string> reads(const Options& options, const Results&) {
  return {options.get<DocumentEnsembleOptions>().from};
}

std::vector<MethodResults> derive(const std::string& name, const Options& options, const Measured& measured) {
  const auto& o = options.get<DocumentEnsembleOptions>();
  const Results& results = measured.results;
  const auto from = std::ranges::find(results.methods, o.from, &MethodResults::name);
  if (from == results.methods.end()) return {};  // partial results
  const auto step = std::ranges::find(from->cost.milestone, o.steps);
  return {ensemble(name, *from, static_cast<int>(step - from->cost.milestone.begin()), results)};
}

void check(const MethodOptions& method, const JobSpec& spec) {
  const auto& o = method.kind.options.get<DocumentEnsembleOptions>();
  const std::string key = "method." + method.name;
  const auto from = std::ranges::find(spec.methods, o.from, &MethodOptions::name);
  const auto* document = from == spec.methods.end() ? nullptr : from->kind.options.get_if<DocumentOptions>();
  require_option(document != nullptr, (key + ".from").c_str(), "no method \"{}\" of kind = \"document\"",
                 o.from);
  require_option(std::ranges::find(document->steps, o.steps) != document->steps.end(),
                 (key + ".steps").c_str(), "method.{} reads with no {} steps a chunk (its steps are [{}])",
                 o.from, o.steps, fmt::join(document->steps, ", "));
  require_option(keeps(document->keep, "token_nats"), ("method." + o.from + ".keep").c_str(),
                 "holds no \"token_nats\", which method.{} averages", method.name);
}

const Derivation derivation = {.reads = reads, .derive = derive};

}  // namespace

extern const Method document_ensemble_method;
constinit const Method document_ensemble_method = {
    .name = "document_ensemble",
    .summary = "the models of a group predict the tokens of a document together",
    .source = "Lakshminarayanan et al., NeurIPS 2017",
    .needs = "a document method that keeps token_nats, several models of a group",
    .cost = "N readings for N members; their training is not counted",
    .milestone_meaning = "members",
    .unit = "members",
    .payload = Payload::tokens,
    .options = options_of<DocumentEnsembleOptions>,
    .role = [](const Options&) { return Role::ensemble; },
    .derivation = &derivation,
    .check = check};

}  // namespace ttt
