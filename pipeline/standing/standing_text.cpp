#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/process/progress.h"
#include "pipeline/standing/standing.h"

namespace ttt {
namespace {

constexpr size_t most_models = 8;  // with a column each

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("{:<10} {}\n", name, text);
}

std::string models_text(const Standing& s) {
  std::string text =
      fmt::format("{} of {} models are there", s.models.size() - s.missing.size(), s.models.size());
  if (!s.unfinished.empty())
    text += fmt::format(", {} more have begun ({})", s.unfinished.size(), fmt::join(s.unfinished, ", "));
  return text;
}

MethodStanding sum_of(const std::vector<MethodStanding>& some) {
  MethodStanding sum;
  for (const MethodStanding& one : some) {
    sum.samples += one.samples;
    sum.done += one.done;
    sum.running |= one.running;
  }
  return sum;
}

std::string run_text(const Standing& s) {
  if (s.work.empty()) return "not begun: there is no test set yet";
  int64_t done = 0, samples = 0;
  for (const auto& models : s.work) {
    const MethodStanding sum = sum_of(models);
    done += sum.done;
    samples += sum.samples;
  }
  return fmt::format("{} of {} samples ({:.0f} %)", done, samples,
                     samples > 0 ? 100.0 * static_cast<double>(done) / static_cast<double>(samples) : 0);
}

/// "done", "120/700", "-"; a star where a rank is at work.
std::string cell(const MethodStanding& m) {
  const std::string text = m.done == m.samples ? "done"
                           : m.done == 0       ? "-"
                                               : fmt::format("{}/{}", m.done, m.samples);
  return m.running ? text + " *" : text;
}

std::string table(const Standing& s) {
  const bool each = s.models.size() <= most_models;
  std::vector<std::vector<std::string>> rows = {{"method"}};
  for (const std::string& model : s.models)
    if (each) rows[0].push_back(model);
  if (!each) rows[0].push_back("all models");
  for (size_t i = 0; i < s.methods.size(); ++i) {
    std::vector<std::string>& row = rows.emplace_back(1, s.methods[i]);
    if (!each) row.push_back(cell(sum_of(s.work[i])));
    for (const MethodStanding& m : s.work[i])
      if (each) row.push_back(cell(m));
  }
  std::vector<size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text;
  for (const auto& row : rows) {
    std::string written;
    for (size_t c = 0; c < row.size(); ++c) written += fmt::format("{:<{}}  ", row[c], widths[c]);
    text += "  " + written.substr(0, written.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

/// Seconds until the stage of this beat ends, at the speed it has had; none: unknown.
std::optional<double> left(const Beat& beat) {
  const auto now_done = static_cast<double>(beat.state.done - beat.state.done_before);
  if (beat.state.total == 0 || now_done <= 0 || beat.at <= beat.since) return std::nullopt;
  return static_cast<double>(beat.state.total - beat.state.done) * (beat.at - beat.since) / now_done;
}

std::string alive_text(const Beat& beat, double now) {
  std::string text = line("running", fmt::format("{}, {} rank(s), last sign of life {:.0f} s ago", who(beat),
                                                 beat.ranks, std::max(0.0, now - beat.at)));
  if (beat.state.total == 0) return text;
  std::string how_far = fmt::format("{} of {} {}", beat.state.done, beat.state.total, beat.state.noun);
  if (const auto seconds = left(beat)) how_far += fmt::format(", about {} left", clock_text(*seconds));
  text += line("", how_far);
  if (!beat.state.working.empty())
    text += line("", fmt::format("at work on {}", fmt::join(beat.state.working, ", ")));
  return text;
}

/// What `run` still takes when nobody is at it.
std::string estimate(const Standing& s) {
  if (s.next != "run" || !s.rank_seconds || !s.alive.empty()) return "";
  return line("left", fmt::format("about {} of one rank, by what the units so far took",
                                  clock_text(*s.rank_seconds)));
}

std::string advice(const Standing& s) {
  if (!s.alive.empty()) return line("next", s.next.empty() ? "nothing: all is done" : "wait; then " + s.next);
  return line("next", s.next.empty() ? "nothing: all is done, see " + (s.dir / "").string()
                                     : fmt::format("{} (`ttt-eval all SPEC --out {}` does what is left)",
                                                   s.next, s.dir.string()));
}

}  // namespace

std::string standing_text(const Standing& s, double now) {
  std::string text = line("folder", s.dir.string());
  text += line("prepare", s.samples > 0 ? fmt::format("done: {} samples", s.samples) : "not done");
  text += line("train", models_text(s));
  text += line("run", run_text(s));
  if (!s.work.empty()) text += table(s);
  text += line("aggregate", s.aggregated ? "done" : "not done, or older than the newest segment");
  text += line("report", s.reported ? "done" : "not done, or older than the results");
  for (const Beat& beat : s.alive) text += alive_text(beat, now);
  for (const Beat& beat : s.gone)
    text += line("gone", fmt::format("{}: it ended without saying so, {} ago; what it had finished is safe",
                                     who(beat), clock_text(std::max(0.0, now - beat.at))));
  if (!s.warnings.empty())
    text +=
        line("warnings", fmt::format("{} in job.log, the last: {}", s.warnings.size(), s.warnings.back()));
  return text + estimate(s) + advice(s);
}

}  // namespace ttt
