#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "pipeline/results/units.h"

namespace ttt {

/// Which units have a segment file, by names alone; each folder of segments is read once.
class PresentSegments {
 public:
  explicit PresentSegments(std::filesystem::path dir) : dir_(std::move(dir)) {}

  /// The unit's segment, or an empty path where there is none.
  std::filesystem::path find(const RunUnit& unit);

 private:
  std::filesystem::path dir_;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> names_;  // by method and model
};

}  // namespace ttt
