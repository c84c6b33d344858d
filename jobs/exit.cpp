#include "jobs/exit.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <thread>

namespace ttt {
namespace {

/// A launcher kills every rank once one has failed: those that say nothing fail after the one that does.
constexpr std::chrono::seconds time_to_print(2);

/// Names from files may hold anything: a line feed would split the line, an escape sequence change the
/// terminal.
std::string printable(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    safe += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return safe;
}

/// What was printed is lost. Who closed a pipe early, as `head` does, wants no more and is told nothing.
int lost_output(std::string_view program, int error) {
  const std::string cause = std::error_code(error, std::generic_category()).message();
  if (error != EPIPE) print(program, Error(ExitCode::io, "standard output: cannot be written: " + cause));
  return static_cast<int>(ExitCode::io);
}

}  // namespace

int print(std::string_view program, const Error& error) {
  std::fflush(stdout);  // in a log of both, the error comes last
  fmt::print(stderr, "{}: {}\n", program, printable(error.what()));
  return static_cast<int>(error.code());
}

int exit_code_of(std::string_view program, const std::function<int()>& body,
                 const std::function<bool()>& prints) {
  try {
    const int code = body();
    return code == 0 && std::fflush(stdout) != 0 ? lost_output(program, errno) : code;
  } catch (const Error& error) {
    if (prints()) return print(program, error);
    std::this_thread::sleep_for(time_to_print);
    return static_cast<int>(error.code());
  } catch (const std::filesystem::filesystem_error& error) {
    return print(program, Error(ExitCode::io, error.what()));
  } catch (const std::system_error& error) {  // fmt::print throws it
    return lost_output(program, error.code().value());
  } catch (const std::exception& error) {
    const std::string what = error.what();  // LibTorch appends a stack trace
    return print(program, Error(ExitCode::internal, "internal error: " + what.substr(0, what.find('\n'))));
  }
}

}  // namespace ttt
