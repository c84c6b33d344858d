#include "pipeline/results/units.h"

#include "schemas/files/digest.h"
#include "schemas/files/job_folder.h"
#include "schemas/job_spec.h"

namespace ttt {

std::filesystem::path segment_file(const std::filesystem::path& dir, const RunUnit& unit) {
  constexpr size_t digits = 12;
  std::string identity = to_toml(unit.method);
  for (const int64_t sample : unit.samples) identity += fmt::format("{}\n", sample);
  return JobFolder{dir}.segment(unit.method.name, unit.model.name,
                                fmt::format("{}-{}", unit.block, digest(identity).substr(0, digits)));
}

}  // namespace ttt
