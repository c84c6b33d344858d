#include "pipeline/standing/standing.h"

#include <algorithm>
#include <map>
#include <set>

#include "pipeline/methods/registry.h"
#include "pipeline/plan/plan.h"
#include "pipeline/process/job_log.h"
#include "pipeline/results/present_segments.h"
#include "schemas/durable_file.h"
#include "schemas/files/test_set_file.h"
#include "schemas/files/timing_log.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;
using Time = fs::file_time_type;

/// When the file was written; the earliest time there is when it is not there.
Time written(const fs::path& file) {
  std::error_code error;
  const Time time = fs::last_write_time(file, error);
  return error ? Time::min() : time;
}

/// What a FLOP of each method takes, by the units that were timed.
class Speed {
 public:
  Speed(const std::vector<RunUnit>& units, const std::vector<UnitTiming>& timings) {
    std::map<std::string, double> flops_per_sample;
    for (const RunUnit& unit : units)
      flops_per_sample[unit.method.name] = unit.flops / static_cast<double>(unit.samples.size());
    for (const UnitTiming& t : timings) {
      const auto method = flops_per_sample.find(t.method);
      if (method == flops_per_sample.end()) continue;
      for (Sum* sum : {&of_method_[t.method], &all_}) {
        sum->seconds += t.seconds;
        sum->flops += method->second * static_cast<double>(t.samples);
      }
    }
  }

  /// Seconds of a rank; none when nothing was timed.
  std::optional<double> seconds(const RunUnit& unit) const {
    const auto method = of_method_.find(unit.method.name);
    const Sum& sum = method == of_method_.end() ? all_ : method->second;
    if (sum.flops == 0) return std::nullopt;
    return unit.flops * sum.seconds / sum.flops;
  }

 private:
  struct Sum {
    double seconds = 0, flops = 0;
  };
  std::map<std::string, Sum> of_method_;
  Sum all_;
};

/// METHOD/MODEL of the units that ranks hold.
std::set<std::string> at_work(const std::vector<Beat>& alive) {
  std::set<std::string> found;
  for (const Beat& beat : alive)
    for (const std::string& unit : beat.state.working) found.insert(unit.substr(0, unit.rfind('/')));
  return found;
}

size_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<size_t>(std::ranges::find(names, name) - names.begin());
}

void look_at_models(const JobFolder& folder, const JobSpec& spec, Standing& s) {
  for (const SourceModel& model : source_models(spec)) {
    s.models.push_back(model.name);
    if (is_there(weights_file(folder.dir, model))) continue;
    s.missing.push_back(model.name);
    if (is_there(folder.unfinished_model(model.name))) s.unfinished.push_back(model.name);
  }
}

/// -> when the newest segment of this spec was written.
Time look_at_segments(const JobFolder& folder, const JobSpec& spec, const TestSet& set, Standing& s) {
  const RunPlan plan = plan_units(spec, set);
  for (const MethodOptions& method : plan.methods)
    if (kind_of(method).evaluation) s.methods.push_back(method.name);
  s.work.assign(s.methods.size(), std::vector<MethodStanding>(s.models.size()));
  const Speed speed(plan.units, read_timings(folder.dir));
  const std::set<std::string> held = at_work(s.alive);
  PresentSegments segments(folder.dir);
  Time newest = Time::min();
  s.rank_seconds = 0;
  for (const RunUnit& unit : plan.units) {
    MethodStanding& at = s.work[index_of(s.methods, unit.method.name)][index_of(s.models, unit.model.name)];
    const auto samples = static_cast<int64_t>(unit.samples.size());
    at.samples += samples;
    at.running = held.contains(unit.method.name + "/" + unit.model.name);
    if (const fs::path file = segments.find(unit); !file.empty()) {
      at.done += samples;
      newest = std::max(newest, written(file));
    } else if (const auto seconds = speed.seconds(unit); s.rank_seconds && seconds) {
      *s.rank_seconds += *seconds;
    } else {
      s.rank_seconds.reset();
    }
  }
  return newest;
}

bool all_done(const Standing& s) {
  return std::ranges::all_of(s.work, [](const auto& models) {
    return std::ranges::all_of(models, [](const MethodStanding& m) { return m.done == m.samples; });
  });
}

std::string next_of(const Standing& s) {
  if (s.samples == 0) return "prepare";
  if (!s.missing.empty()) return "train";
  if (!all_done(s)) return "run";
  if (!s.aggregated) return "aggregate";
  return s.reported ? "" : "report";
}

}  // namespace

Standing standing_of(const JobFolder& folder, const JobSpec& spec, double now) {
  Standing s;
  s.dir = folder.dir;
  for (Beat& beat : read_beats(folder.running()))
    (is_alive(beat, now) ? s.alive : s.gone).push_back(std::move(beat));
  s.warnings = warnings_in(folder.log());
  look_at_models(folder, spec, s);
  Time newest = Time::min();
  if (is_there(folder.test_set_recipe()) && is_there(folder.test_set())) {
    const TestSet set = open_test_set(folder.test_set()).set;
    s.samples = set.samples;
    newest = look_at_segments(folder, spec, set, s);
  }
  s.aggregated = is_there(folder.results()) && written(folder.results()) >= newest;
  s.reported = s.aggregated && written(folder.report()) >= written(folder.results());
  s.next = next_of(s);
  return s;
}

}  // namespace ttt
