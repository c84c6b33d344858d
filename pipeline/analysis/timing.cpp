#include "pipeline/analysis/timing.h"

#include <map>
#include <utility>

namespace ttt {

std::vector<Timing> by_method_and_model(const std::vector<UnitTiming>& units) {
  std::map<std::pair<std::string, std::string>, Timing> sums;
  for (const UnitTiming& unit : units) {
    Timing& sum = sums.try_emplace({unit.method, unit.model}, Timing{unit.method, unit.model}).first->second;
    sum.samples += unit.samples;
    sum.seconds += unit.seconds;
  }
  std::vector<Timing> timings;
  for (auto& [key, sum] : sums) timings.push_back(std::move(sum));
  return timings;
}

}  // namespace ttt
