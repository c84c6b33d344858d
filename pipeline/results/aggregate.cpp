#include "pipeline/results/aggregate.h"

#include <algorithm>
#include <map>
#include <set>

#include "pipeline/results/faults.h"
#include "pipeline/scores/prediction.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/segment.h"

namespace ttt {
namespace {

std::vector<int64_t> every_sample(const std::vector<RunUnit>& units) {
  std::set<int64_t> samples;
  for (const RunUnit& unit : units) samples.insert(unit.samples.begin(), unit.samples.end());
  return {samples.begin(), samples.end()};
}

/// What a segment says of itself that a correct run of `unit` would not; empty when all is well.
std::string contradiction(const RunUnit& unit, const Segment& segment, const TestSet& set) {
  const Records& records = segment.records;
  if (!std::ranges::equal(records.sample, unit.samples)) return "holds other samples than planned";
  if (static_cast<int>(segment.cost.milestone.size()) != records.milestones)
    return "costs and records differ in length";
  for (int64_t i = 0; i < records.samples; ++i) {
    const int64_t label = set.label[records.sample[i]];
    for (int m = 0; m < records.milestones; ++m) {
      const int64_t at = i * records.milestones + m;
      const bool right = records.predicted[at] >= 0 && records.predicted[at] == label;
      if (records.correct[at] != right)
        return fmt::format("sample {} is marked wrongly as right or wrong", records.sample[i]);
    }
  }
  return "";
}

/// Segments put together as they are read, each checked against the unit that asks for it.
class Collection {
 public:
  Collection(const AggregatePlan& plan, const TestSet& set)
      : plan_(plan), set_(set), samples_(every_sample(plan.units)) {
    for (size_t i = 0; i < samples_.size(); ++i) row_[samples_[i]] = static_cast<int64_t>(i);
    for (size_t i = 0; i < plan.models.size(); ++i) model_[plan.models[i].name] = i;
  }

  void add(const RunUnit& unit) {
    const std::filesystem::path file = segment_file(plan_.dir, unit);
    if (!is_there(file)) return faults_.add(Faults::missing, file.string());
    try {
      take(unit, file.string(), read_segment(file));
    } catch (const Error& refusal) {
      if (refusal.code() != ExitCode::data) throw;
      faults_.add(Faults::corrupt, refusal.what());
    }
  }

  /// Every (method, model) must have every sample, and once: two units that share one are as bad as a copied
  /// file.
  void check_units() {
    std::map<std::pair<std::string, std::string>, std::vector<int64_t>> planned;
    for (const RunUnit& unit : plan_.units) {
      std::vector<int64_t>& samples = planned[{unit.method.name, unit.model.name}];
      samples.insert(samples.end(), unit.samples.begin(), unit.samples.end());
    }
    for (auto& [who, samples] : planned) {
      std::ranges::sort(samples);
      const std::string name = who.first + "/" + who.second;
      const auto twice = std::ranges::adjacent_find(samples);
      if (twice != samples.end())
        faults_.add(Faults::doubled, fmt::format("{}: sample {} is in two units", name, *twice));
      if (twice == samples.end() && samples != samples_)
        faults_.add(Faults::missing, name + ": samples that no unit has");
    }
  }

  const Faults& faults() const { return faults_; }
  const std::vector<int64_t>& samples() const { return samples_; }
  bool has(const std::string& method) const { return methods_.contains(method); }
  const MethodResults& get(const std::string& method) const { return methods_.at(method); }
  void put(const std::string& method, MethodResults results) { methods_[method] = std::move(results); }
  MethodResults extract(const std::string& method) { return std::move(methods_.extract(method).mapped()); }

 private:
  void take(const RunUnit& unit, const std::string& file, const Segment& segment) {
    if (segment.method != unit.method.name || segment.model != unit.model.name ||
        segment.block != unit.block) {
      return faults_.add(Faults::doubled, fmt::format("{} (a copy of {}/{}/{})", file, segment.method,
                                                      segment.model, segment.block));
    }
    if (segment.fingerprint != unit.fingerprint) {
      const std::string why = difference(unit.fingerprint, segment.fingerprint);
      return faults_.add(Faults::foreign, fmt::format("{} ({})", file, why.substr(0, why.find('\n'))));
    }
    std::string why = contradiction(unit, segment, set_);
    if (!has(unit.method.name)) put(unit.method.name, begun(segment));
    MethodResults& method = methods_.at(unit.method.name);
    const Records& shape = method.records[0];
    if (why.empty() && (!same_shape(shape, segment.records) || method.cost != segment.cost)) {
      why =
          "costs or shapes differ from the method's other segments: models of different architecture need a "
          "spec each";
    }
    if (!why.empty()) return faults_.add(Faults::corrupt, fmt::format("{} ({})", file, why));
    Records& records = method.records[model_.at(unit.model.name)];
    for (int64_t i = 0; i < segment.records.samples; ++i)
      copy_row(records, row_.at(unit.samples[i]), segment.records, i);
  }

  /// A method without any records yet, of the shape of its first segment.
  MethodResults begun(const Segment& segment) const {
    MethodResults method;
    method.cost = segment.cost;
    Records records = empty_like(segment.records, static_cast<int64_t>(samples_.size()));
    records.sample = samples_;
    std::ranges::fill(records.status, Status::missing);
    method.records.assign(plan_.models.size(), records);
    return method;
  }

  const AggregatePlan& plan_;
  const TestSet& set_;
  std::vector<int64_t> samples_;
  std::map<int64_t, int64_t> row_;       // of a sample
  std::map<std::string, size_t> model_;  // index in the plan
  std::map<std::string, MethodResults> methods_;
  Faults faults_;
};

/// Coordinates of the samples, from the test set.
void describe_samples(const TestSet& set, Results& results) {
  for (const int64_t i : results.sample) {
    results.label.push_back(set.label[i]);
    results.base.push_back(set.base[i]);
    results.shift.push_back(set.shift[i]);
    results.severity.push_back(set.severity[i]);
    results.split.push_back(set.split[i]);
  }
  results.shift_names = set.shift_names;
  results.class_names = set.class_names;
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

/// The methods of the plan that were measured, in its order; of a partial run those that are there.
std::vector<MethodResults> measured(const AggregatePlan& plan, Collection& collection) {
  std::vector<MethodResults> methods;
  for (const PlannedMethod& method : plan.methods)
    if (collection.has(method.facts.name))
      methods.push_back(labelled(method.facts, collection.extract(method.facts.name)));
  return methods;
}

/// Puts what is derived from the measured methods between them, in the plan's order.
void add_derived(const AggregatePlan& plan, Results& results) {
  std::vector<std::vector<MethodResults>> derived;
  for (const PlannedMethod& method : plan.methods)
    derived.push_back(method.derive ? method.derive(results) : std::vector<MethodResults>());
  std::vector<MethodResults> all;
  for (size_t i = 0; i < plan.methods.size(); ++i) {
    const MethodResults& facts = plan.methods[i].facts;
    for (MethodResults& method : derived[i]) all.push_back(labelled(facts, std::move(method)));
    const auto found = std::ranges::find(results.methods, facts.name, &MethodResults::name);
    if (found != results.methods.end()) all.push_back(std::move(*found));
  }
  results.methods = std::move(all);
}

}  // namespace

Results aggregate(const AggregatePlan& plan, const TestSet& set) {
  Collection collection(plan, set);
  collection.check_units();
  for (const RunUnit& unit : plan.units) collection.add(unit);
  collection.faults().report(plan.dir, plan.partial ? Missing::tolerated : Missing::refused);

  Results results;
  results.sample = collection.samples();
  for (const SourceModel& model : plan.models) {
    results.model.push_back(model.name);
    results.model_group.push_back(model.group);
  }
  describe_samples(set, results);
  results.forward_flops = static_cast<uint64_t>(plan.forward_flops);
  results.partial = collection.faults().any(Faults::missing);
  results.methods = measured(plan, collection);
  add_derived(plan, results);
  if (results.methods.empty())
    fail(ExitCode::data, "{}: no unit of any method is done yet", plan.dir.string());
  results.spec = plan.spec;
  results.provenance = provenance(plan.units);
  return results;
}

}  // namespace ttt
