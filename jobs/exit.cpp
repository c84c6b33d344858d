#include "jobs/exit.h"

#include <fmt/format.h>

#include <chrono>
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

}  // namespace

int print(std::string_view program, const Error& error) {
  fmt::print(stderr, "{}: {}\n", program, printable(error.what()));
  return static_cast<int>(error.code());
}

int exit_code_of(std::string_view program, const std::function<int()>& body,
                 const std::function<bool()>& prints) {
  try {
    return body();
  } catch (const Error& error) {
    if (prints()) return print(program, error);
    std::this_thread::sleep_for(time_to_print);
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    const std::string what = error.what();  // LibTorch appends a stack trace
    return print(program, Error(ExitCode::internal, "internal error: " + what.substr(0, what.find('\n'))));
  }
}

}  // namespace ttt
