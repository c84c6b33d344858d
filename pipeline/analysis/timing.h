#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/files/timing_log.h"

namespace ttt {

/// Measured time of one method under one model: whole episodes, all milestones included.
struct Timing {
  std::string method;
  std::string model;
  int64_t samples = 0;
  double seconds = 0;  // of one rank's work, summed over units
};

/// Sums over the units of each method and model.
std::vector<Timing> by_method_and_model(const std::vector<UnitTiming>& units);

}  // namespace ttt
