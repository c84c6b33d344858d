#pragma once
#include <cstdint>
#include <string>

namespace ttt {

/// [report]: what `aggregate` and `report` say.
struct ReportOptions {
  std::string title;   // "" : the spec's name
  std::string method;  // the method under test, beside its baselines; "": the first adapt method with steps
  double confidence = 0.95;  // of every interval
  int bootstrap = 2000;      // resamples of the bootstrap clustered by base image
  uint64_t seed = 1;         // of the bootstrap
  bool operator==(const ReportOptions&) const = default;
};
void validate(const ReportOptions& options);

}  // namespace ttt
