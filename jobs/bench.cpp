#include "jobs/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

#include "pipeline/engine/environment.h"
#include "pipeline/engine/evaluate.h"
#include "pipeline/engine/lane_memory.h"
#include "pipeline/engine/plan.h"
#include "pipeline/prepare.h"

namespace ttt {
namespace {

const MethodOptions& measured_method(const JobSpec& spec) {
  for (const MethodOptions& method : spec.methods)
    if (const auto* adapt = std::get_if<AdaptOptions>(&method.options); adapt && adapt->steps > 0)
      return method;
  fail(ExitCode::spec, "method: none of them adapts (bench measures the first adapt method with steps > 0)");
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void bench(const Job& job, bool json) {
  constexpr int rounds = 3;
  prepare_process(job.spec.run);
  const MethodOptions& method = measured_method(job.spec);
  const TestSet set = build_test_set(job.spec.data);
  const Architecture architecture = architecture_of(job.spec.models.front(), job.spec.run, set);
  const SourceNetwork source = source_network(architecture, initial_weights(architecture, 1));
  const int lanes = lanes_of(job.spec.run, architecture, method);
  const EngineOptions engine{job.spec.run.seed, lanes, true};

  // As many samples as there are, at least one batch of lanes; the first batch warms up and is not timed.
  std::vector<int64_t> batch(std::min<int64_t>(lanes, set.samples));
  std::iota(batch.begin(), batch.end(), 0);
  evaluate(method, source, set, batch, engine);
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round)
    seconds.push_back(seconds_of([&] { evaluate(method, source, set, batch, engine); }) /
                      static_cast<double>(batch.size()));
  std::ranges::sort(seconds);
  const double median = seconds[rounds / 2], gflop = cost(method, architecture).flops.back() / 1e9;
  const Fingerprint where = environment(job.spec.run);
  if (json) {
    nlohmann::json out = {{"method", method.name},
                          {"lanes", lanes},
                          {"samples", batch.size()},
                          {"rounds", rounds},
                          {"seconds_per_sample", median},
                          {"seconds_per_sample_least", seconds.front()},
                          {"samples_per_second", 1 / median},
                          {"gflop_per_sample", gflop},
                          {"gflops", gflop / median}};
    for (const auto& [key, value] : where) out[key] = value;
    fmt::print("{}\n", out.dump());
    return;
  }
  fmt::print(
      "{}: {:.4f} s a sample (least {:.4f}), {:.2f} samples/s, {:.2f} GFLOP a sample, {:.1f} GFLOP/s\n"
      "{} lanes, {} thread(s), {}, {}\n",
      method.name, median, seconds.front(), 1 / median, gflop, gflop / median, lanes, job.spec.run.threads,
      where.at("device"), where.at("isa"));
}

}  // namespace ttt
