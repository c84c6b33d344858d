#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "jobs/inputs.h"
#include "jobs/shared_stages.h"
#include "pipeline/engine/environment.h"
#include "pipeline/engine/evaluate.h"
#include "pipeline/engine/lane_count.h"
#include "pipeline/methods/registry.h"
#include "pipeline/plan/provenance.h"
#include "pipeline/sharing/failure.h"
#include "schemas/durable_file.h"
#include "schemas/files/segment.h"
#include "schemas/files/timing_log.h"

namespace ttt {
namespace {

/// Whether the unit's segment is there. Throws a data Error when it is damaged or belongs to another run.
bool is_committed(const Job& job, const RunUnit& unit) {
  const std::filesystem::path file = segment_file(job.dir, unit);
  if (!is_there(file)) return false;
  Fingerprint found;
  try {
    found = read_segment_fingerprint(file);
  } catch (const Error& damage) {
    fail(damage.code(), "{}; remove the file, and its unit is done again", damage.what());
  }
  const std::string differs = difference(unit.fingerprint, found);
  if (!differs.empty())
    fail(ExitCode::data, "{}: belongs to another run; remove it or choose another --out. What differs: {}",
         file.string(), differs);
  return true;
}

/// Source models, each read when the first unit needs it.
class Models {
 public:
  Models(const Job& job, const RunPlan& plan) : job_(job), plan_(plan) {}

  const SourceNetwork& get(const SourceModel& model) {
    const auto [it, fresh] = loaded_.try_emplace(model.name);
    if (fresh) {
      const std::filesystem::path file = weights_file(job_.dir, model);
      it->second = plan_.network.at(model.group)->load(file);
    }
    return it->second;
  }

  /// Of every sample, made when the first unit that looks for neighbours needs it.
  const UnitFeatures& features(const SourceModel& model, const TestSetFile& file) {
    const auto found = features_.find(model.name);
    if (found != features_.end()) return found->second;
    return features_.emplace(model.name, source_features(get(model), file.set, file.images)).first->second;
  }

 private:
  const Job& job_;
  const RunPlan& plan_;
  std::map<std::string, SourceNetwork> loaded_;
  std::map<std::string, UnitFeatures> features_;
};

/// -> K.
int evaluate_unit(const Job& job, const RunPlan& plan, const RunUnit& unit, const TestSetFile& file,
                  int64_t room, Models& models, Attempt& attempt) {
  const SourceNetwork& source = models.get(unit.model);
  const EngineOptions engine{job.spec.run.seed, lanes_of(job.spec.run, *source.network, unit.method, room),
                             job.spec.run.logits,
                             [&]() -> const UnitFeatures& { return models.features(unit.model, file); }};
  const Between between = [&](int64_t done) {
    attempt.advance(done);
    if (attempt.drop_now()) throw Dropped{};
  };
  const Records records =
      evaluate(unit.method, source, file.set, file.samples(), unit.samples.to_vector(), engine, between);
  write_segment(segment_file(job.dir, unit),
                {unit.method.name, unit.model.name, unit.block, unit.fingerprint,
                 cost(unit.method, *plan.network.at(unit.model.group)), records});
  return engine.lanes;
}

/// What the numbers of this run depend on, for the log.
std::string where_text(const Fingerprint& found) {
  std::string text = "computes with";
  for (const auto& [key, value] : found) text += fmt::format(" {} = {};", key, value);
  return text;
}

/// What is wrong with the user's files is said before the work, not when the first unit needs one of them.
void check_given_models(const RunPlan& plan) {
  for (const SourceModel& model : plan.models)
    if (!model.weights.empty()) plan.network.at(model.group)->load(model.weights);
}

/// Says how the work will be done: which kernels, how many lanes.
void announce(const RunPlan& plan, const RunOptions& run, int64_t room) {
  for (const auto& [group, network] : plan.network) {
    fmt::print("run: {}: {}\n", group, describe(network->compute_path()));
    for (const MethodOptions& method : plan.methods)
      if (kind_of(method).evaluation)
        fmt::print("run: {}: {}: {:.2f} GFLOP a sample, {} lane(s) of {:.1f} MB\n", group, method.name,
                   cost(method, *network).flops.back() / 1e9, lanes_of(run, *network, method, room),
                   static_cast<double>(lane_memory(*network, method).total()) / 1e6);
  }
}

}  // namespace

Outcome run(const Job& job, const Communicator& communicator, StageScope& scope) {
  TestSetFile file;
  RunPlan plan;
  std::vector<Unit> units;
  ShareOptions options;
  int64_t room = 0;
  agree(communicator, [&] {
    prepare_process(job.spec.run, communicator.node_rank());
    room = room_for_lanes(job.spec.run, communicator.node_size());
    file = open_prepared(job);
    plan = plan_run(job.spec, file.set, job.dir);
    for (const RunUnit& unit : plan.units) {
      units.push_back({static_cast<int64_t>(units.size()), static_cast<int64_t>(unit.samples.size()),
                       fmt::format("{}/{}/{}", unit.method.name, unit.model.name, unit.block)});
      if (communicator.rank() == 0) options.done.push_back(is_committed(job, unit));
    }
    if (!std::ranges::all_of(options.done, std::identity())) check_given_models(plan);
  });
  agree_on(communicator, provenance(job.spec.run));

  if (communicator.rank() == 0) {
    announce(plan, job.spec.run, room);
    scope.note(where_text(provenance(job.spec.run)));
  }
  options.shuffled = scope.has_company();
  options.show = [&](const StageState& state) { scope.show(state); };
  Models models(job, plan);
  TimingLog log(job.dir);
  bool spec_is_left = false;
  const Outcome outcome = share(
      communicator, units, options,
      [&](const Unit& unit, Attempt& attempt) {
        // Another job on this folder may have done it since.
        if (is_committed(job, plan.units[unit.id])) return std::string();
        return std::to_string(evaluate_unit(job, plan, plan.units[unit.id], file, room, models, attempt));
      },
      [&](const UnitReport& report) {
        if (report.note.empty()) return;
        if (!std::exchange(spec_is_left, true)) leave_spec(job);  // now that its weights are known to be good
        const RunUnit& unit = plan.units[report.unit];
        log.append({unit.method.name, unit.model.name, unit.block, static_cast<int64_t>(unit.samples.size()),
                    std::stoi(report.note), report.seconds, report.waited, report.rank, report.host});
      });
  if (communicator.rank() == 0 && outcome == Outcome::complete) {
    leave_spec(job);
    fmt::print("run: all {} units are in {}; `ttt-eval aggregate` joins them\n", units.size(),
               job.files().segments().string());
  }
  return outcome;
}

}  // namespace ttt
