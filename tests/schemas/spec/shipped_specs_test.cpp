#include <gtest/gtest.h>

#include <filesystem>

#include "kernels/shifts/registry.h"
#include "pipeline/methods/registry.h"

namespace ttt {
namespace {

TEST(ShippedSpecs, NameShiftsOfTheRegistry) {
  const auto jobs =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "jobs";
  int specs = 0;
  for (const auto& file : std::filesystem::directory_iterator(jobs / "specs")) {
    const DataOptions data = read_job_spec(file.path(), {}, spec_registry()).data;
    ++specs;
    if (holds_tokens(data.source)) continue;  // tests/jobs/test_check.py opens these
    for (const SplitOptions& split : {data.report, data.tune})
      for (const std::string& shift : split.shifts)
        EXPECT_NE(find_shift(shift), nullptr) << file.path() << " names " << shift;
  }
  EXPECT_GE(specs, 3);
}

}  // namespace
}  // namespace ttt
