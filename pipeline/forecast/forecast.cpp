#include "pipeline/forecast/forecast.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "pipeline/engine/evaluate.h"
#include "pipeline/engine/lane_count.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/source_network.h"
#include "pipeline/results/present_segments.h"
#include "schemas/record_columns.h"

namespace ttt {
namespace {

constexpr double signal_before_limit = 120;  // slurm/run.sbatch: --signal=B:USR1@120
constexpr double start_up = 15;              // of an attempt: launcher, programs, files

/// Bytes of the records of one sample, as a segment holds them.
int64_t record_bytes(const MethodOptions& method, const Network& network, bool logits) {
  const Records one = evaluation_of(method).empty(method.kind.options, network, 1, logits);
  int64_t bytes = sizeof(int64_t);
  for_each_column([&](const RecordColumn& column, auto member) {
    if (has_column(one, column, member))
      bytes += width(one, column) * static_cast<int64_t>(sizeof(ValueOf<decltype(member)>));
  });
  return bytes;
}

MethodForecast begun(const MethodOptions& method, const JobSpec& spec, const RunPlan& plan,
                     const Timings& m) {
  const Network& network = *plan.network.begin()->second;
  MethodForecast f;
  f.name = method.name;
  f.lanes = lanes_of(spec.run, network, method, room_for_lanes(spec.run, 1));
  f.lane_bytes = lane_memory(network, method).total();
  f.gflop = cost(method, network).flops.back() * 1e-9;
  f.seconds = m.method.at(method.name);
  return f;
}

int64_t bytes_of(const Weights& weights) {
  int64_t bytes = 0;
  for (const auto& [name, weight] : weights) bytes += static_cast<int64_t>(weight.nbytes());
  return bytes;
}

/// The units that are left, as seconds, in the plan's order.
std::vector<double> units_left(const RunPlan& plan, const std::filesystem::path& dir, Forecast& f) {
  std::vector<double> seconds;
  PresentSegments present(dir);
  for (const RunUnit& unit : plan.units) {
    MethodForecast& method = *std::ranges::find(f.methods, unit.method.name, &MethodForecast::name);
    const auto samples = static_cast<int64_t>(unit.samples.size());
    method.samples += samples;
    if (!present.find(unit).empty()) {
      method.done += samples;
      continue;
    }
    seconds.push_back(method.seconds * static_cast<double>(samples));
    method.rank_seconds += seconds.back();
    if (seconds.back() <= f.longest_unit) continue;
    f.longest_unit = seconds.back();
    f.longest_unit_name = unit.method.name + "/" + unit.model.name;
  }
  return seconds;
}

/// Seconds that the piece under way at a moment has taken by then, in the mean: long ones are met more often.
double half_done(const std::vector<double>& pieces) {
  double sum = 0, squares = 0;
  for (const double piece : pieces) {
    sum += piece;
    squares += piece * piece;
  }
  return sum > 0 ? squares / sum / 2 : 0;
}

void forecast_training(const Timings& m, const ForecastOptions& o, Forecast& f) {
  if (f.trained == 0 || !o.training) return;
  f.training = o.training;
  const double each = m.trained * static_cast<double>(f.training->length);
  const double reading = m.read * static_cast<double>(f.training->samples);  // every rank reads them all
  f.train = reading + makespan(std::vector<double>(static_cast<size_t>(f.trained), each), f.ranks);
  f.rank_seconds += each * static_cast<double>(f.trained);
}

}  // namespace

double makespan(const std::vector<double>& seconds, int ranks) {
  std::priority_queue<double, std::vector<double>, std::greater<>> free;  // when each rank is free
  for (int rank = 0; rank < ranks; ++rank) free.push(0);
  double last = 0;
  for (const double piece : seconds) {
    const double end = free.top() + piece;
    free.pop();
    free.push(end);
    last = std::max(last, end);
  }
  return last;
}

Forecast forecast(const JobSpec& spec, const TestSet& set, const RunPlan& plan, const Timings& m,
                  const std::filesystem::path& dir, const ForecastOptions& o) {
  Forecast f;
  f.ranks = o.ranks;
  f.threads = spec.run.threads;
  f.gpu = spec.run.device == Device::cuda;
  f.samples = static_cast<int64_t>(samples_of(set, spec.run.split).size());
  f.models = static_cast<int64_t>(plan.models.size());
  f.trained =
      std::ranges::count_if(plan.models, [](const SourceModel& s) { return s.weights.empty(); }) - o.trained;
  f.memory = m.memory;
  if (!o.prepared) f.prepare = m.sample * static_cast<double>(set.samples);
  forecast_training(m, o, f);

  for (const MethodOptions& method : plan.methods) {
    if (kind_of(method).evaluation)
      f.methods.push_back(begun(method, spec, plan, m));
    else
      f.derived.push_back(method.name);
  }
  const std::vector<double> left = units_left(plan, dir, f);
  f.lost_each = half_done(left);
  // Every rank makes the features of a model when its first unit needs them.
  const double features = left.empty() ? 0 : m.features * static_cast<double>(set.samples * f.models);
  f.run = makespan(left, f.ranks) + features / std::min<double>(f.ranks, static_cast<double>(f.models));
  for (MethodForecast& method : f.methods) f.rank_seconds += method.rank_seconds;

  f.test_set = set.samples * (set.tokens ? set.tokens->longest * int64_t{sizeof(int32_t)}
                                         : int64_t{set.height} * set.width * set.channels);
  for (const SourceModel& model : plan.models)
    if (model.weights.empty()) f.weights += bytes_of(plan.network.at(model.group)->example().weights);
  for (size_t i = 0, at = 0; i < plan.methods.size(); ++i) {
    if (!kind_of(plan.methods[i]).evaluation) continue;
    MethodForecast& method = f.methods[at++];
    method.bytes =
        method.samples * record_bytes(plan.methods[i], *plan.network.begin()->second, spec.run.logits);
    f.records += method.bytes;
  }
  return f;
}

Attempts attempts_of(const Forecast& f, double limit) {
  Attempts a;
  a.usable = limit - signal_before_limit - start_up;
  const double total = f.total();
  a.fits = total <= a.usable;
  if (a.fits) return a;
  const double each = a.usable - f.lost_each;
  a.ends = f.longest_unit < a.usable && each > 0;
  if (a.ends) a.requeues = std::max(1, static_cast<int>(std::ceil((total - a.usable) / each)));
  return a;
}

}  // namespace ttt
