#include "pipeline/process/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace ttt {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

int terminal_columns() {
  if (const char* told = std::getenv("TTT_TERMINAL")) return std::atoi(told);
  if (!isatty(STDERR_FILENO)) return 0;
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::string rate_text(double rate) {
  return rate >= 10 ? fmt::format("{:.0f}", rate) : fmt::format("{:.2g}", rate);
}

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  const int64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
                   : fmt::format("{}:{:02}", minutes, rest);
}

std::string progress_line(const std::string& what, const std::string& noun, int64_t done, int64_t total,
                          int64_t done_before, double seconds, const std::string& detail) {
  std::string line = fmt::format("{}  {}/{} {}", what, done, total, noun);
  const int64_t done_now = done - done_before;
  if (done_now > 0 && seconds > 0) {
    const double rate = static_cast<double>(done_now) / seconds;
    line += fmt::format("  {} {}/s", rate_text(rate), noun);
    line += done < total ? fmt::format("  {} left", clock_text(static_cast<double>(total - done) / rate))
                         : fmt::format("  took {}", clock_text(seconds));
  }
  return detail.empty() ? line : line + "  " + detail;
}

Progress::Progress(std::string what, std::string noun, int64_t total, int64_t done)
    : what_(std::move(what)),
      noun_(std::move(noun)),
      total_(total),
      done_before_(done),
      done_(done),
      start_(Clock::now()),
      printed_(start_),
      columns_(terminal_columns()) {}

Progress::~Progress() {
  if (!begun_) return;
  print();
  if (columns_ > 0) std::fputc('\n', stderr);
}

void Progress::update(int64_t done, const std::string& detail) {
  begun_ = true;
  done_ = done;
  detail_ = detail;
  const auto now = Clock::now();
  if (seconds_between(printed_, now) < (columns_ > 0 ? 0.2 : 10.0)) return;
  printed_ = now;
  print();
}

void Progress::print() {
  const double seconds = seconds_between(start_, Clock::now());
  const auto line = progress_line(what_, noun_, done_, total_, done_before_, seconds, detail_);
  if (columns_ > 0) {
    const auto cut = line.substr(0, static_cast<size_t>(columns_) - 1);  // a wrapped line cannot be rewritten
    std::fprintf(stderr, "\r%s\x1b[K", cut.c_str());
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fflush(stderr);
}

}  // namespace ttt
