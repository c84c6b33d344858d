#include <fmt/format.h>

#include "jobs/inputs.h"
#include "jobs/shared_stages.h"
#include "pipeline/engine/environment.h"
#include "pipeline/engine/evaluate.h"
#include "pipeline/mpi/failure.h"
#include "pipeline/report/report.h"
#include "schemas/segment.h"
#include "schemas/timing_log.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

constexpr int64_t lane_memory = int64_t{64}
                                << 20;  // bytes for lanes when run.lanes = 0: about a core's share of L3

std::filesystem::path segment_of(const Job& job, const RunUnit& unit) {
  return segment_path(job.dir, unit.method.name, unit.model.name, unit.block);
}

/// Whether the unit's segment is there. Throws a data Error when it belongs to another run.
bool is_committed(const Job& job, const RunUnit& unit) {
  const std::filesystem::path file = segment_of(job, unit);
  if (!std::filesystem::exists(file)) return false;
  const std::string differs = difference(unit.fingerprint, read_segment_fingerprint(file));
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
      const Architecture& architecture = plan_.architecture.at(model.group);
      const WeightsFile weights = read_weights(file);
      check_weights(architecture, weights.arrays, file.string());
      it->second = source_network(architecture, weights.arrays);
    }
    return it->second;
  }

 private:
  const Job& job_;
  const RunPlan& plan_;
  std::map<std::string, SourceNetwork> loaded_;
};

int lanes_of(const RunOptions& run, const RunUnit& unit, const Architecture& architecture) {
  if (run.lanes > 0) return run.lanes;
  const auto* adapt = std::get_if<AdaptOptions>(&unit.method.options);
  return choose_lanes(architecture, adapt ? *adapt : AdaptOptions{}, lane_memory);
}

void evaluate_unit(const Job& job, const RunPlan& plan, const RunUnit& unit, const TestSet& set,
                   Models& models, Attempt& attempt) {
  const SourceNetwork& source = models.get(unit.model);
  const EngineOptions engine{job.spec.run.seed, lanes_of(job.spec.run, unit, source.architecture),
                             job.spec.run.logits};
  const Records records = evaluate(unit.method, source, set, unit.samples, engine, [&](int64_t done) {
    attempt.advance(done);
    if (attempt.drop_now()) throw Dropped{};
  });
  write_segment(segment_of(job, unit), {unit.method.name, unit.model.name, unit.block, unit.fingerprint,
                                        cost(unit.method, plan.architecture.at(unit.model.group)), records});
}

}  // namespace

Outcome run(const Job& job, const Communicator& communicator) {
  TestSet set;
  RunPlan plan;
  std::vector<Unit> units;
  ShareOptions options;
  agree(communicator, [&] {
    prepare_process(job.spec.run);
    set = read_prepared(job);
    plan = plan_run(job.spec, set, job.dir);
    for (const RunUnit& unit : plan.units) {
      units.push_back({static_cast<int64_t>(units.size()), static_cast<int64_t>(unit.samples.size()),
                       fmt::format("{}/{}/{}", unit.method.name, unit.model.name, unit.block)});
      options.done.push_back(is_committed(job, unit));
    }
  });

  Models models(job, plan);
  TimingLog log(job.dir);
  const Outcome outcome = share(
      communicator, units, options,
      [&](const Unit& unit, Attempt& attempt) {
        evaluate_unit(job, plan, plan.units[unit.id], set, models, attempt);
        return std::string();
      },
      [&](const UnitReport& report) {
        const RunUnit& unit = plan.units[report.unit];
        log.append({unit.method.name, unit.model.name, unit.block, static_cast<int64_t>(unit.samples.size()),
                    report.seconds, report.waited, report.rank, report.host});
      });
  if (communicator.rank() == 0 && outcome == Outcome::complete) {
    const Results results = aggregate(aggregate_plan(job, plan, false), set);
    fmt::print("{}",
               terminal_table(analyse(results, job.spec.report, by_method_and_model(read_timings(job.dir)))));
  }
  return outcome;
}

}  // namespace ttt
