#include "jobs/exit.h"

#include <fmt/format.h>

namespace ttt {

int print(std::string_view program, const Error& error) {
  fmt::print(stderr, "{}: {}\n", program, error.what());
  return static_cast<int>(error.code());
}

int exit_code_of(std::string_view program, const std::function<int()>& body,
                 const std::function<bool()>& prints) {
  try {
    return body();
  } catch (const Error& error) {
    return prints() ? print(program, error) : static_cast<int>(error.code());
  } catch (const std::exception& error) {
    const std::string what = error.what();  // LibTorch appends a stack trace
    return print(program, Error(ExitCode::internal, "internal error: " + what.substr(0, what.find('\n'))));
  }
}

}  // namespace ttt
