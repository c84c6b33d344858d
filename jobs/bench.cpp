#include "jobs/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "jobs/parity.h"
#include "kernels/cpu/fma_peak.h"
#include "pipeline/engine/environment.h"
#include "pipeline/engine/evaluate.h"
#include "pipeline/engine/lane_count.h"
#include "pipeline/engine/phases.h"
#include "pipeline/methods/adapt_cost.h"
#include "pipeline/models/registry.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr int rounds = 3;

const MethodOptions& measured_method(const JobSpec& spec) {
  for (const MethodOptions& method : spec.methods)
    if (const auto* adapt = method.kind.options.get_if<AdaptOptions>(); adapt && adapt->steps > 0)
      return method;
  fail(ExitCode::spec, "method: none of them adapts (bench measures the first adapt method with steps > 0)");
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What was measured; seconds and GFLOP are a sample's.
struct Figures {
  std::string method;
  int lanes;
  int64_t samples;              // of a round
  std::vector<double> seconds;  // one a round, ascending
  double gflop;
  std::optional<double> peak;  // multiply-adds of one core, GFLOP/s: median over the rounds; none of a GPU
  Phases phases;
  PhaseFlops phase_gflop;
  ComputePath path;
  LaneMemory memory;
  Fingerprint where;
  std::optional<Parity> parity;

  double median() const { return seconds[rounds / 2]; }
};

/// Phase, seconds, and GFLOP where it has any.
struct PhaseRow {
  const char* name;
  double seconds, gflop;
};
std::vector<PhaseRow> rows(const Figures& f) {
  const Phases& p = f.phases;
  return {{"views", p.views, 0},         {"forward", p.forward, f.phase_gflop.forward},
          {"loss", p.loss, 0},           {"backward", p.backward, f.phase_gflop.backward},
          {"optimiser", p.optimiser, 0}, {"prediction", p.prediction, f.phase_gflop.prediction}};
}

Figures measure(const JobSpec& spec, const TestSetWithImages& set, int64_t check) {
  const MethodOptions& method = measured_method(spec);
  const auto& adapt = method.kind.options.get<AdaptOptions>();
  const ModelOptions& group = spec.models.front();
  const std::shared_ptr<const Network> network = family_of(group).network(group, input_form(set), spec.run);
  evaluation_of(method).require_fits(method.kind.options, *network);
  const SourceNetwork source = network->example();
  const int lanes = lanes_of(spec.run, *network, method, room_for_lanes(spec.run, 1));
  const EngineOptions engine{spec.run.seed, lanes, true};
  const ReadImages images = images_of(set);

  // One batch of lanes, or as many samples as there are; it warms up untimed.
  std::vector<int64_t> batch(std::min<int64_t>(lanes, set.samples));
  std::iota(batch.begin(), batch.end(), 0);
  const Records records = evaluate(method, source, set, images, batch, engine);
  std::vector<double> seconds, peaks;
  for (int round = 0; round < rounds; ++round) {
    seconds.push_back(seconds_of([&] { evaluate(method, source, set, images, batch, engine); }) /
                      static_cast<double>(batch.size()));
    if (network->device == Device::cpu) peaks.push_back(cpu::fma_peak());
  }
  std::ranges::sort(seconds);
  std::ranges::sort(peaks);
  return {method.name,
          lanes,
          static_cast<int64_t>(batch.size()),
          seconds,
          cost(method, *network).flops.back() * 1e-9,
          peaks.empty() ? std::nullopt : std::optional(peaks[rounds / 2]),
          measure_phases(adapt, source, read_samples(own_samples(set, batch), set, images), engine.seed),
          phase_gflop(adapt, image_network(*network)),
          network->compute_path(),
          lane_memory(*network, method),
          environment(spec.run),
          check > 0 ? std::optional(parity_with_float64(records, check, method, source, set, engine))
                    : std::nullopt};
}

nlohmann::json as_json(const Parity& p) {
  const auto both = [](const Parity::Differences& d) {
    return nlohmann::json{{"median", d.median}, {"largest", d.largest}};
  };
  return {{"samples", p.samples},
          {"losses", both(p.losses)},
          {"logits", both(p.logits)},
          {"predictions", p.predictions},
          {"predictions_differ", p.predictions_differ},
          {"same_alone", p.same_alone}};
}

nlohmann::json as_json(const Figures& f) {
  nlohmann::json phases;
  for (const PhaseRow& row : rows(f)) {
    phases[row.name] = {{"seconds", row.seconds}};
    if (row.gflop == 0) continue;
    phases[row.name]["gflop"] = row.gflop;
    phases[row.name]["gflops"] = row.gflop / row.seconds;
    if (f.peak) phases[row.name]["of_peak"] = row.gflop / row.seconds / *f.peak;
  }
  nlohmann::json out = {{"method", f.method},
                        {"lanes", f.lanes},
                        {"samples", f.samples},
                        {"rounds", rounds},
                        {"seconds_per_sample", f.median()},
                        {"seconds_per_sample_least", f.seconds.front()},
                        {"samples_per_second", 1 / f.median()},
                        {"gflop_per_sample", f.gflop},
                        {"gflops", f.gflop / f.median()},
                        {"phases", phases},
                        {"path", describe(f.path)},
                        {"blocks", f.path.blocks},
                        {"blocks_by_hand", f.path.blocks_by_hand},
                        {"convolutions_direct", f.path.convolutions_direct},
                        {"stem_by_hand", f.path.stem_by_hand},
                        {"heads_by_hand", f.path.heads_by_hand},
                        {"bytes_per_lane",
                         {{"weights", f.memory.weights},
                          {"gradients", f.memory.gradients},
                          {"moments", f.memory.moments},
                          {"saved", f.memory.saved}}}};
  if (f.peak) {
    out["fma_peak_gflops"] = *f.peak;
    out["of_peak"] = f.gflop / f.median() / *f.peak;
  }
  if (f.parity) out["parity"] = as_json(*f.parity);
  for (const auto& [key, value] : f.where) out[key] = value;
  return out;
}

void print(const Parity& p) {
  fmt::print(
      "{} episodes beside the same in float64: losses differ by {:.1e} of their size in the median, {:.1e} "
      "at "
      "most, logits by {:.1e} and {:.1e}; {} of {} predictions differ; the first episode {} without "
      "neighbours\n",
      p.samples, p.losses.median, p.losses.largest, p.logits.median, p.logits.largest, p.predictions_differ,
      p.predictions, p.same_alone ? "is the same bytes" : "HAS OTHER BYTES");
}

void print(const Figures& f, int threads) {
  fmt::print(
      "{}: {:.4f} s a sample (least {:.4f}), {:.2f} samples/s, {:.2f} GFLOP a sample, {:.1f} GFLOP/s\n"
      "{} lanes, {} thread(s), {}, {}\n",
      f.method, f.median(), f.seconds.front(), 1 / f.median(), f.gflop, f.gflop / f.median(), f.lanes,
      threads, f.where.at("device"), f.where.at("isa"));
  fmt::print("{}\n\n", describe(f.path));
  fmt::print("{:12}{:>10}{:>12}{}\n", "phase", "seconds", "GFLOP/s",
             f.peak ? fmt::format("   of a core's multiply-adds, {:.1f} GFLOP/s", *f.peak) : "");
  for (const PhaseRow& row : rows(f)) {
    fmt::print("{:12}{:10.4f}", row.name, row.seconds);
    if (row.gflop > 0) fmt::print("{:12.1f}", row.gflop / row.seconds);
    if (row.gflop > 0 && f.peak) fmt::print("{:9.0f}%", 100 * row.gflop / row.seconds / *f.peak);
    fmt::print("\n");
  }
  const auto megabytes = [](int64_t bytes) { return static_cast<double>(bytes) * 1e-6; };
  fmt::print(
      "a lane holds {:.2f} MB of weights, {:.2f} of gradients, {:.2f} of moments, {:.1f} saved for the "
      "backward pass\n",
      megabytes(f.memory.weights), megabytes(f.memory.gradients), megabytes(f.memory.moments),
      megabytes(f.memory.saved));
  if (f.parity) print(*f.parity);
}

}  // namespace

void bench(const JobSpec& spec, const TestSetWithImages& set, const BenchOptions& options) {
  prepare_process(spec.run, 0);
  const Figures figures = measure(spec, set, options.check);
  if (options.json)
    fmt::print("{}\n", as_json(figures).dump());
  else
    print(figures, spec.run.threads);
}

}  // namespace ttt
