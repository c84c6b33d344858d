// kind = "puzzle_ensemble": the models of a group vote on the answer to a puzzle.
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/methods/demonstration_options.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/model_groups.h"
#include "schemas/error.h"

namespace ttt {

/// kind = "puzzle_ensemble": the answer that most members give; of equally frequent ones that of the member
/// which comes first.
struct PuzzleEnsembleOptions {
  std::string from;  // NAME of the method of kind "demonstrations" whose answers are counted
  int steps = 0;     // after which they were given
  bool operator==(const PuzzleEnsembleOptions&) const = default;
};

Fields fields(PuzzleEnsembleOptions& o) { return {{"from", &o.from}, {"steps", &o.steps, {0, 100'000}}}; }

void validate(const PuzzleEnsembleOptions& o) {
  require_option(!o.from.empty(), "from", "missing (the NAME of a method of kind = \"demonstrations\")");
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
    cost.views.push_back(m * from.views[milestone]);
  }
  return cost;
}

/// An answer and the members that gave it, as indices in the order of the vote.
struct Party {
  std::vector<size_t> members;
};

std::span<const int16_t> answer_of(const Records& records, int64_t cell) {
  return std::span(records.answer)
      .subspan(static_cast<size_t>(cell * records.cell_count), static_cast<size_t>(records.cell_count));
}

/// Members that gave the same answer together, the most frequent answer first. Members without an answer have
/// no vote.
std::vector<Party> parties_of(const std::vector<const Records*>& members, int64_t cell, size_t count) {
  std::vector<Party> parties;
  for (size_t k = 0; k < count; ++k) {
    const std::span<const int16_t> answer = answer_of(*members[k], cell);
    if (answer.front() < 0) continue;
    const auto found = std::ranges::find_if(parties, [&](const Party& party) {
      return std::ranges::equal(answer_of(*members[party.members.front()], cell), answer);
    });
    if (found == parties.end())
      parties.push_back({{k}});
    else
      found->members.push_back(k);
  }
  std::ranges::stable_sort(
      parties, [](const Party& a, const Party& b) { return a.members.size() > b.members.size(); });
  return parties;
}

/// The vote of the first m + 1 members on row `row`; `from` is the milestone of their answers.
void vote(const std::vector<const Records*>& members, int64_t row, int from, int m, Records& records) {
  const int64_t cell = row * members.front()->milestones + from, place = row * records.milestones + m;
  double paid = 0;
  for (int k = 0; k <= m; ++k) {
    paid += members[static_cast<size_t>(k)]->paid_flops[cell];
    const Status status = members[static_cast<size_t>(k)]->status[row];
    if (status != Status::ok) records.status[row] = status;
  }
  records.paid_flops[place] = paid;
  const std::vector<Party> parties = parties_of(members, cell, static_cast<size_t>(m) + 1);
  if (parties.empty()) return;
  const auto member_of = [&](const Party& party) -> const Records& {
    return *members[party.members.front()];
  };
  const Records& first = member_of(parties.front());
  records.correct[place] = first.correct[cell];
  records.cells_right[place] = first.cells_right[cell];
  const bool second_is_right = parties.size() > 1 && member_of(parties[1]).correct[cell] != 0;
  records.second_right[place] = parties.size() > 1
                                    ? (first.correct[cell] != 0 || second_is_right ? 1.0f : 0.0f)
                                    : first.second_right[cell];
  std::ranges::copy(answer_of(first, cell), records.answer.begin() + place * records.cell_count);
}

/// Row of model i at milestone m: models i, i + 1, ..., i + m - 1 of its group, cyclically, so that every
/// model heads one ensemble of every size. Sizes go up to the smallest group's.
MethodResults ensemble(const std::string& name, const MethodResults& from, int milestone,
                       const Results& results) {
  const ModelGroups groups = model_groups(results);
  const int size = smallest_group(groups);
  MethodResults made;
  made.name = name;
  made.note = fmt::format("answers of {}; {}", from.name, ensemble_note(groups, size));
  made.cost = cost_of(size, from.cost, static_cast<size_t>(milestone));
  const auto samples = static_cast<int64_t>(results.sample.size());
  Records blank = empty_records(samples, size, 0, 0);
  blank.cell_count = from.records[0].cell_count;
  keep_column(blank, &Records::cells_right);
  keep_column(blank, &Records::second_right);
  keep_column(blank, &Records::answer);
  keep_column(blank, &Records::paid_flops);
  made.records.assign(results.model.size(), blank);
  for (const auto& [group, indices] : groups)
    for (size_t head = 0; head < indices.size(); ++head) {
      std::vector<const Records*> order;
      for (int m = 0; m < size; ++m)
        order.push_back(&from.records[indices[(head + static_cast<size_t>(m)) % indices.size()]]);
      Records& records = made.records[indices[head]];
      records.sample = order.front()->sample;
      for (int64_t row = 0; row < samples; ++row)
        for (int m = 0; m < size; ++m) vote(order, row, milestone, m, records);
    }
  return made;
}

std::vector<std::string> reads(const Options& options, const Results&) {
  return {options.get<PuzzleEnsembleOptions>().from};
}

std::vector<MethodResults> derive(const std::string& name, const Options& options, const Measured& measured) {
  const auto& o = options.get<PuzzleEnsembleOptions>();
  const Results& results = measured.results;
  const auto from = std::ranges::find(results.methods, o.from, &MethodResults::name);
  if (from == results.methods.end()) return {};  // partial results
  const auto step = std::ranges::find(from->cost.milestone, o.steps);
  return {ensemble(name, *from, static_cast<int>(step - from->cost.milestone.begin()), results)};
}

void check(const MethodOptions& method, const JobSpec& spec) {
  const auto& o = method.kind.options.get<PuzzleEnsembleOptions>();
  const std::string key = "method." + method.name;
  const auto from = std::ranges::find(spec.methods, o.from, &MethodOptions::name);
  const auto* answers =
      from == spec.methods.end() ? nullptr : from->kind.options.get_if<DemonstrationOptions>();
  require_option(answers != nullptr, (key + ".from").c_str(), "no method \"{}\" of kind = \"demonstrations\"",
                 o.from);
  require_option(std::ranges::find(answers->steps, o.steps) != answers->steps.end(), (key + ".steps").c_str(),
                 "method.{} does not answer after {} steps (its steps are [{}])", o.from, o.steps,
                 fmt::join(answers->steps, ", "));
}

const Derivation derivation = {.reads = reads, .derive = derive};

}  // namespace

extern const Method puzzle_ensemble_method;
constinit const Method puzzle_ensemble_method = {
    .name = "puzzle_ensemble",
    .summary = "the models of a group vote on the answer to a puzzle",
    .source = "Hansen and Salamon, IEEE TPAMI 1990",
    .needs = "a method of kind \"demonstrations\", several models of a group",
    .cost = "N answers for N members; their training is not counted",
    .milestone_meaning = "members",
    .unit = "members",
    .payload = Payload::puzzles,
    .options = options_of<PuzzleEnsembleOptions>,
    .role = [](const Options&) { return Role::ensemble; },
    .derivation = &derivation,
    .check = check};

}  // namespace ttt
