#include "pipeline/forecast/measure.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "pipeline/engine/evaluate.h"
#include "pipeline/engine/lane_count.h"
#include "pipeline/methods/registry.h"
#include "pipeline/methods/source_columns.h"
#include "pipeline/models/registry.h"
#include "pipeline/models/source_network.h"
#include "pipeline/training/registry.h"
#include "schemas/durable_file.h"

namespace ttt {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Seconds of one of `n` things that `work(n)` does at once, repeated until `least` seconds are over. One
/// goes first: what is made once (caches, pages) is not counted, and it tells how many fit into the time.
double seconds_each(const std::function<void(int64_t)>& work, int64_t most, double least) {
  const double first = seconds_of([&] { work(1); });
  const auto n = std::clamp(static_cast<int64_t>(least / std::max(first, 1e-6)), int64_t{1}, most);
  if (n > 1) work(n);  // lanes of their own are made once, too
  double seconds = 0;
  int64_t done = 0;
  for (; seconds < least; done += n) seconds += seconds_of([&] { work(n); });
  return seconds / static_cast<double>(done);
}

SourceNetwork network_of(const RunPlan& plan, const std::filesystem::path& dir) {
  const SourceModel& model = plan.models.front();
  const Network& network = *plan.network.at(model.group);
  const std::filesystem::path file = weights_file(dir, model);
  return is_there(file) ? network.load(file) : network.example();
}

/// `n` of the samples that a method runs on: of a stream the first, else evenly spread.
std::vector<int64_t> some_samples(const RunPlan& plan, const MethodOptions& method, int64_t n) {
  std::vector<int64_t> all;
  const bool streams = evaluation_of(method).in_streams(method.kind.options);
  for (const RunUnit& unit : plan.units) {
    if (unit.method.name != method.name || unit.model.name != plan.models.front().name) continue;
    all.insert(all.end(), unit.samples.begin(), unit.samples.end());
    if (streams) break;
  }
  std::vector<int64_t> chosen;
  const auto there = static_cast<int64_t>(all.size());
  for (int64_t k = 0; k < n; ++k)
    chosen.push_back(all[streams ? k % there : k % there * there / std::min(n, there)]);
  return chosen;
}

/// Features for methods that look for neighbours: of the first samples, repeated. What they say is not used.
class Features {
 public:
  Features(const SourceNetwork& source, const TestSetFile& file, double least)
      : source_(source), file_(file), least_(least) {}

  const UnitFeatures& get() {
    if (!made_) made_ = make();
    return *made_;
  }
  double seconds() const { return seconds_; }  // a sample; 0: nobody asked

 private:
  UnitFeatures make() {
    const int64_t few = std::min<int64_t>(32, file_.set.samples);
    std::vector<int64_t> ids(few);
    for (int64_t i = 0; i < few; ++i) ids[i] = i;
    std::vector<float> rows, all;
    const auto read = [&](int64_t) {
      rows = pooled_rows(source_, read_samples(own_samples(file_.set, ids), file_.set, file_.images));
    };
    seconds_ = seconds_each(read, 1, least_) / static_cast<double>(few);
    const size_t width = rows.size() / ids.size();
    for (int64_t i = 0; i < file_.set.samples; ++i) {
      const auto row = rows.begin() + static_cast<int64_t>(width) * (i % few);
      all.insert(all.end(), row, row + static_cast<int64_t>(width));
    }
    return {all, file_.set.samples};
  }

  const SourceNetwork& source_;
  const TestSetFile& file_;
  double least_, seconds_ = 0;
  std::optional<UnitFeatures> made_;
};

void measure_methods(const JobSpec& spec, const TestSetFile& file, const RunPlan& plan,
                     const std::filesystem::path& dir, double least, Timings& m) {
  const SourceNetwork source = network_of(plan, dir);
  Features features(source, file, least / 4);
  const int64_t room = room_for_lanes(spec.run, 1);
  for (const MethodOptions& method : plan.methods) {
    if (!kind_of(method).evaluation) continue;
    const int lanes = lanes_of(spec.run, *source.network, method, room);
    const EngineOptions engine{spec.run.seed, lanes, spec.run.logits,
                               [&]() -> const UnitFeatures& { return features.get(); }};
    const bool streams = evaluation_of(method).in_streams(method.kind.options);
    const auto work = [&](int64_t n) {
      evaluate(method, source, file.set, file.samples(), some_samples(plan, method, n), engine);
    };
    m.method[method.name] = seconds_each(work, streams ? 64 : lanes, least);
  }
  m.features = features.seconds();
}

void measure_training(const JobSpec& spec, double least, Timings& m) {
  const std::vector<ModelOptions> groups = groups_to_train(spec);
  if (groups.empty()) return;
  const ModelOptions& group = groups.front();
  const TrainerFamily& family = trainer_family_of(group);
  constexpr int64_t samples = 512;
  const TrainingExtent few{std::min(samples, family.samples(spec)), true};
  std::vector<std::unique_ptr<Trainer>> trainers;
  m.read = seconds_of([&] { trainers = family.open(spec, {group}, few); }) / static_cast<double>(few.samples);
  const std::unique_ptr<Training> training = trainers.front()->begin(members(group).front().seed);
  m.trained = seconds_each(
                  [&](int64_t n) {
                    for (; n > 0; --n) training->step();
                  },
                  8, least) /
              static_cast<double>(trainers.front()->seen_a_step());
}

}  // namespace

Timings measure(const JobSpec& spec, const TestSetFile& file, const RunPlan& plan,
                const std::filesystem::path& dir, const MeasureOptions& options) {
  Timings m;
  const int64_t few = std::min<int64_t>(64, file.set.samples);
  std::vector<int64_t> ids(few);
  for (int64_t k = 0; k < few; ++k) ids[k] = k * file.set.samples / few;
  m.sample = seconds_of([&] {
               if (file.set.tokens)
                 file.tokens(ids);
               else
                 file.images(ids);
             }) /
             static_cast<double>(few);
  measure_training(spec, options.seconds, m);
  measure_methods(spec, file, plan, dir, options.seconds, m);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  m.memory = int64_t{used.ru_maxrss} * 1024;
  return m;
}

}  // namespace ttt
