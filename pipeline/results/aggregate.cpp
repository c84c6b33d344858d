#include "pipeline/results/aggregate.h"

#include <algorithm>

#include "pipeline/results/measured_segments.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/results_writer.h"

namespace ttt {
namespace {

/// Coordinates of the samples, from the test set.
void describe_samples(const TestSet& set, Results& results) {
  const auto of = [&](const auto& values) {
    std::remove_cvref_t<decltype(values)> chosen;
    chosen.reserve(results.sample.size());
    for (const int64_t i : results.sample) chosen.push_back(values[i]);
    return chosen;
  };
  results.label = of(set.label);
  results.base = of(set.base);
  results.shift = of(set.shift);
  results.severity = of(set.severity);
  results.split = of(set.split);
  results.shift_names = set.shift_names;
  results.class_names = set.class_names;
  results.score = set.score;
  if (!set.bytes.empty()) {
    results.tokens = of(std::vector<int64_t>(set.length.begin(), set.length.end()));
    results.bytes = of(set.bytes);
    results.words = of(set.words);
  }
}

/// What all units agree on, and the digest of each model. A method's own part is its spec; blocks change no
/// value.
std::map<std::string, std::string> provenance(const std::vector<RunUnit>& units) {
  std::map<std::string, std::string> facts;
  for (const RunUnit& unit : units) {
    for (const auto& [key, value] : unit.fingerprint) {
      if (key == "method") continue;
      facts[key == "model" ? "model " + unit.model.name : key] = value;
    }
  }
  return facts;
}

/// A method's results with what the plan knows of it; a control keeps its own name and role.
MethodResults labelled(const MethodResults& facts, MethodResults method) {
  const bool control = !method.name.empty() && method.name != facts.name;
  if (!control) {
    method.name = facts.name;
    method.role = facts.role;
    method.spec = facts.spec;
    if (!facts.note.empty()) method.note = facts.note;
  }
  method.kind = facts.kind;
  if (method.milestone_meaning.empty()) method.milestone_meaning = facts.milestone_meaning;
  if (method.unit.empty()) method.unit = facts.unit;
  return method;
}

/// Everything but the methods.
Results without_methods(const AggregatePlan& plan, const TestSet& set, const PlannedRows& rows) {
  Results results;
  results.sample = rows.samples();
  for (const SourceModel& model : plan.models) {
    results.model.push_back(model.name);
    results.model_group.push_back(model.group);
  }
  describe_samples(set, results);
  results.forward_flops = static_cast<uint64_t>(plan.forward_flops);
  results.spec = plan.spec;
  results.provenance = provenance(plan.units);
  return results;
}

Missing missing_of(const AggregatePlan& plan) { return plan.partial ? Missing::tolerated : Missing::refused; }

/// Writes the methods of a plan in its order, those that are derived at their places between the measured
/// ones. Once something is found to be wrong it only goes on to look for more.
class Publication {
 public:
  Publication(const AggregatePlan& plan, MeasuredSegments& measured, const Faults& faults, Results& results,
              const std::filesystem::path& file)
      : plan_(plan), measured_(measured), faults_(faults), results_(results), writer_(file, results) {}

  void add(const PlannedMethod& method) {
    if (method.derive)
      add_derived(method);
    else if (measured_.has(method.facts.name))
      add_measured(method.facts);
  }

  /// Ends the file -> how many methods it holds.
  size_t end() {
    writer_.close();
    return methods_;
  }

 private:
  bool is_sound() const { return !faults_.any(missing_of(plan_)); }

  void add_measured(const MethodResults& facts) {
    const auto outline = measured_.outline(facts.name);
    if (!outline) return;
    begin(labelled(facts, *outline));
    measured_.read(facts.name, [&](size_t model, int64_t first, const Records& part) {
      if (is_sound()) writer_.write(model, first, part);
    });
  }

  void add_derived(const PlannedMethod& method) {
    take_in_what_is_read(method);
    if (!is_sound()) return;
    std::vector<MethodResults> derived = method.derive(results_);
    results_.methods.clear();
    for (MethodResults& made : derived) {
      made = labelled(method.facts, std::move(made));
      begin(made);
      for (size_t model = 0; model < made.records.size(); ++model)
        writer_.write(model, 0, made.records[model]);
    }
  }

  /// The measured methods, of which those have their records that the derived one reads.
  void take_in_what_is_read(const PlannedMethod& derived) {
    results_.methods.clear();
    for (const PlannedMethod& method : plan_.methods)
      if (!method.derive)
        if (const auto outline = measured_.outline(method.facts.name))
          results_.methods.push_back(labelled(method.facts, *outline));
    const std::vector<std::string> read = derived.reads(results_);
    for (MethodResults& method : results_.methods)
      if (std::ranges::find(read, method.name) != read.end())
        method.records = measured_.read_whole(method.name).records;
  }

  void begin(const MethodResults& method) {
    writer_.begin(method, method.records.at(0));
    ++methods_;
  }

  const AggregatePlan& plan_;
  MeasuredSegments& measured_;
  const Faults& faults_;
  Results& results_;  // its methods are those that a derived one reads
  ResultsWriter writer_;
  size_t methods_ = 0;
};

}  // namespace

Aggregated aggregate(const AggregatePlan& plan, const TestSet& set, const std::filesystem::path& file) {
  const PlannedRows rows(plan.units);
  Faults faults;
  check_units(plan.units, rows, faults);
  MeasuredSegments measured(plan, set, rows, faults);
  if (faults.any(missing_of(plan))) measured.check_all();
  faults.report(plan.dir, missing_of(plan));
  if (std::ranges::none_of(plan.methods, [&](const PlannedMethod& m) { return measured.has(m.facts.name); }))
    fail(ExitCode::data, "{}: no unit of any method is done yet", plan.dir.string());

  Results results = without_methods(plan, set, rows);
  results.partial = faults.any(Faults::missing);
  size_t methods = 0;
  publish(file, [&](const std::filesystem::path& aside) {
    Publication publication(plan, measured, faults, results, aside);
    for (const PlannedMethod& method : plan.methods) publication.add(method);
    faults.report(plan.dir, missing_of(plan));
    methods = publication.end();
  });
  return {methods, plan.models.size(), results.sample.size(), results.partial};
}

}  // namespace ttt
