#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace ttt {

/// Exit codes of every subcommand, from the launcher too (docs/formats.md).
enum class ExitCode {
  complete = 0,
  spec = 64,      // the command line or the job spec is wrong
  data = 65,      // an input or stored file is missing, malformed, foreign or incomplete
  internal = 70,  // our own mistake
  io = 74,        // the operating system refused to read or write
  drained = 75,   // stopped cleanly on TERM or USR1 with work left
};

/// What the outside world got wrong, as one line that says what to do. Caught once, in jobs/main.cpp.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Throws an Error with a formatted message.
template <typename... Args>
[[noreturn]] void fail(ExitCode code, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(code, fmt::format(format, std::forward<Args>(args)...));
}

/// A rule of an option struct: throws a spec Error unless `holds`.
template <typename... Args>
void require(bool holds, fmt::format_string<Args...> format, Args&&... args) {
  if (!holds) fail(ExitCode::spec, format, std::forward<Args>(args)...);
}

}  // namespace ttt
