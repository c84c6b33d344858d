#pragma once
#include <cstdint>
#include <string>

namespace ttt {

/// Measured time of one method under one model: whole episodes, all milestones included.
struct Timing {
  std::string method;
  std::string model;
  int64_t samples = 0;
  double seconds = 0;  // of one rank's work, summed over units
};

}  // namespace ttt
