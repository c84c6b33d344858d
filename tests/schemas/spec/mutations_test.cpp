#include <gtest/gtest.h>

#include "tests/fuzz/survival.h"
#include "tests/schemas/scratch.h"
#include "tests/schemas/spec/spec_files.h"

namespace ttt {
namespace {

TEST(Mutations, OfSpecsAreReadOrRefused) {
  std::vector<std::string> seeds;
  for (const char* name : {"quickstart.toml", "cifar10.toml", "cifar10_reference.toml"})
    seeds.push_back(bytes_of(shipped_specs() / name));
  const auto read = [](const std::filesystem::path& file) { read_job_spec(file, {}, spec_registry()); };
  expect_survival({"job.toml", seeds, read}, 4000);
}

}  // namespace
}  // namespace ttt
