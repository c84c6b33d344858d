#include "pipeline/process/job_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include "pipeline/process/host.h"

namespace ttt {
namespace {

constexpr std::string_view warning_mark = ": warning: ";

}  // namespace

JobLog::JobLog(std::filesystem::path file, std::string stage)
    : file_(std::move(file)), stage_(std::move(stage)) {}

void JobLog::note(const std::string& text) { append(": " + text); }

void JobLog::warn(const std::string& text) {
  fmt::print(stderr, "{}: warning: {}\n", stage_, text);
  keep_warning(text);
}

void JobLog::keep_warning(const std::string& text) { append(std::string(warning_mark) + text); }

void JobLog::append(const std::string& text) {
  std::string line =
      fmt::format("{} {} {} {}{}", utc_text(seconds_now()), host_name(), getpid(), stage_, text);
  std::ranges::replace(line, '\n', ' ');
  waiting_ += line + '\n';
  const int file = open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0666);
  if (file < 0) return;
  if (write(file, waiting_.data(), waiting_.size()) == static_cast<ssize_t>(waiting_.size()))
    waiting_.clear();
  close(file);
}

std::vector<std::string> warnings_in(const std::filesystem::path& log) {
  std::vector<std::string> found;
  std::error_code error;
  if (!std::filesystem::is_regular_file(log, error)) return found;
  std::ifstream in(log);
  for (std::string line; std::getline(in, line);)
    if (line.find(warning_mark) != std::string::npos) found.push_back(line);
  return found;
}

}  // namespace ttt
