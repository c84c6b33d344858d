#include "pipeline/verify/fault_report.h"

#include <fmt/format.h>

#include "schemas/error.h"

namespace ttt {

void FaultReport::fault(const std::string& line) {
  fmt::print("fault: {}\n", line);
  ++count_;
}

void FaultReport::faults(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) fault(line);
}

bool FaultReport::check(const std::function<void()>& what) {
  try {
    what();
    return true;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data && error.code() != ExitCode::spec) throw;
    fault(error.what());
    return false;
  }
}

}  // namespace ttt
