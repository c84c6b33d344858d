#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/forecast/forecast.h"
#include "pipeline/models/registry.h"
#include "pipeline/process/progress.h"

namespace ttt {
namespace {

std::string bytes_text(int64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1e6) return fmt::format("{:.0f} kB", std::max(1.0, size * 1e-3));
  return size < 1e9 ? fmt::format("{:.1f} MB", size * 1e-6) : fmt::format("{:.1f} GB", size * 1e-9);
}

std::string hours_text(double rank_seconds, const Forecast& f) {
  return fmt::format("{:.2g} {}", rank_seconds * (f.gpu ? 1 : f.threads) / 3600,
                     f.gpu ? "GPU-hours" : "core-hours");
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("{:<10} {}\n", name, text);
}

/// One row for each method that runs on samples.
std::string table(const Forecast& f) {
  size_t wide = 6;
  for (const MethodForecast& m : f.methods) wide = std::max(wide, m.name.size());
  std::string text = fmt::format("{:<{}} {:>10} {:>10} {:>12} {:>12} {:>10} {:>5} {:>10} {:>10}\n", "method",
                                 wide, "samples", "done", "GFLOP each", "s each",
                                 f.gpu ? "GPU-h left" : "core-h left", "K", "a lane", "records");
  for (const MethodForecast& m : f.methods)
    text +=
        fmt::format("{:<{}} {:>10} {:>10} {:>12.4g} {:>12.3g} {:>11.2g} {:>5} {:>10} {:>10}\n", m.name, wide,
                    m.samples, m.done, m.gflop, m.seconds, m.rank_seconds * (f.gpu ? 1 : f.threads) / 3600,
                    m.lanes, bytes_text(m.lane_bytes), bytes_text(m.bytes));
  return text;
}

std::string samples_source(const JobSpec& spec, const TestSet& set) {
  const auto report = std::ranges::count(set.split, Split::report);
  const std::string from =
      spec.data.source == DataSource::testset
          ? "the test set that data.path names"
          : "base_images x (shifts x severities, and clean) of [data.report] and [data.tune]";
  const char* const split = spec.run.split == RunSplit::report ? "report"
                            : spec.run.split == RunSplit::tune ? "tune"
                                                               : "all";
  return fmt::format("report {} + tune {}: {}; run.split = \"{}\"", report, set.samples - report, from,
                     split);
}

std::string models_source(const JobSpec& spec) {
  std::vector<std::string> groups;
  for (const ModelOptions& group : spec.models)
    groups.push_back(
        fmt::format("model.{}.{}", group.name, members(group).front().weights.empty() ? "seeds" : "files"));
  return fmt::format("{}", fmt::join(groups, ", "));
}

std::string sources(const Forecast& f, const JobSpec& spec, const TestSet& set) {
  std::string text = line("samples", fmt::format("{} a model ({})", f.samples, samples_source(spec, set)));
  text += line("models", fmt::format("{} ({})", f.models, models_source(spec)));
  text += line("GFLOP", "steps, views and subset of each method on [model.NAME]; convolutions and linears");
  text += line("s each", fmt::format("measured just now, run.threads = {}, K lanes (run.lanes = {}) at once",
                                     spec.run.threads, spec.run.lanes));
  if (!f.derived.empty())
    text +=
        line("no cost", fmt::format("computed from the records of others: {}", fmt::join(f.derived, ", ")));
  return text;
}

std::string stages(const Forecast& f) {
  std::string text = line("prepare", f.prepare > 0 ? clock_text(f.prepare) : "done");
  text += line("train", f.trained > 0
                            ? fmt::format("{} for {} model(s) of {} {} each ({})", clock_text(f.train),
                                          f.trained, f.training->length, f.training->noun, f.training->keys)
                            : "nothing to do");
  text += line("run", f.run > 0 ? fmt::format("{} on {} rank(s)", clock_text(f.run), f.ranks) : "done");
  text += line("total",
               fmt::format("{}, {}; aggregate and report take seconds, or minutes for millions of samples",
                           clock_text(f.total()), hours_text(f.rank_seconds, f)));
  return text;
}

}  // namespace

std::string forecast_text(const Forecast& f, const JobSpec& spec, const TestSet& set) {
  std::string text = table(f) + "\n" + sources(f, spec, set) + "\n" + stages(f);
  text += line("memory", fmt::format("{} a rank, as measured, {} for {} of them", bytes_text(f.memory),
                                     bytes_text(f.memory * f.ranks), f.ranks));
  // results.h5 holds every record once more.
  text += line("disk",
               fmt::format("{}: test set {}, weights {}, records {} in segments and as much in results.h5",
                           bytes_text(f.test_set + f.weights + 2 * f.records), bytes_text(f.test_set),
                           bytes_text(f.weights), bytes_text(f.records)));
  return text;
}

}  // namespace ttt
