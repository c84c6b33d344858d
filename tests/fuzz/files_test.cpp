// Files that stages leave for each other, and those of users in the same formats.
#include <gtest/gtest.h>

#include "schemas/choice.h"
#include "schemas/files/results.h"
#include "schemas/files/seal.h"
#include "schemas/files/segment.h"
#include "schemas/files/test_set_file.h"
#include "schemas/files/timing_log.h"
#include "schemas/files/trial.h"
#include "schemas/weights.h"
#include "tests/fuzz/survival.h"
#include "tests/pipeline/analysis/synthetic_results.h"
#include "tests/schemas/examples.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

/// The bytes that `write` leaves.
std::string written(const std::function<void(const std::filesystem::path&)>& write) {
  const Scratch scratch;
  write(scratch / "file");
  return bytes_of(scratch / "file");
}

/// A seal over whatever is there: what lies behind it must hold on its own.
std::string sealed_again(std::string bytes) {
  const size_t at = bytes.rfind("ttt-eval sha256 ");
  if (at != bytes.npos) bytes.resize(at);
  return bytes + seal(bytes);
}

Results small_results() {
  Results results = blank_results(2, 2, {"fog"});
  results.methods.push_back(blank_method(results, "ttt", "adapt", {0, 1, 2}, {1, 3, 5}));
  return results;
}

TEST(Mutations, OfSafetensorsAreReadOrRefused) {
  const WeightsFile weights{{{"a.weight", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"b", {{1}, {7}}}},
                            {{"recipe", "[model.a]\nseeds = [1]\n"}}};
  const std::string ours = written([&](const auto& file) { write_weights(file, weights); });
  const std::string empty = written([&](const auto& file) { write_weights(file, {}); });
  expect_survival({"a.safetensors", {ours, empty}, read_weights}, 15000);
}

/// A reader of HDF5 as it is called on files from elsewhere: the library itself does not survive them all.
template <typename Read>
auto after_a_trial(Read read) {
  return [read](const std::filesystem::path& file) {
    constexpr int seconds = 1;
    try_reading(
        file, [&] { read(file); }, seconds);
    read(file);
  };
}

TEST(Mutations, OfTestSetsAreReadOrRefused) {
  const std::string ours = written([](const auto& file) { write_test_set(file, example_test_set()); });
  const auto read = [](const std::filesystem::path& file) {  // as prepare does
    constexpr int seconds = 1;
    try_reading(
        file, [&] { open_test_set(file); }, seconds);
    read_test_set(file);
  };
  expect_survival({"testset.h5", {ours}, read}, 300);
}

TEST(Mutations, OfSegmentsAreRefusedByTheirSeal) {
  const std::string ours = written([](const auto& file) { write_segment(file, example_segment()); });
  expect_survival({"segment.h5", {ours}, read_segment}, 3000);
}

void read_all_results(const std::filesystem::path& file) { read_results(file); }

TEST(Mutations, OfResultsAreRefusedByTheirSeal) {
  const std::string ours = written([](const auto& file) { write_results(file, small_results()); });
  expect_survival({"results.h5", {ours}, read_all_results}, 3000);
}

TEST(Mutations, OfSegmentsUnderARightSealAreReadOrRefused) {
  const std::string ours = written([](const auto& file) { write_segment(file, example_segment()); });
  expect_survival({"segment.h5", {ours}, after_a_trial(read_segment), sealed_again}, 200);
}

TEST(Mutations, OfResultsUnderARightSealAreReadOrRefused) {
  const std::string ours = written([](const auto& file) { write_results(file, small_results()); });
  expect_survival({"results.h5", {ours}, after_a_trial(read_all_results), sealed_again}, 200);
}

TEST(Mutations, OfTimingLogsAreReadOrPassedOver) {
  const std::string ours =
      "method,model,block,samples,lanes,seconds,waited,rank,host\n"
      "ttt,joint-1,0,10,4,0.5,0.01,1,node\nttt,joint-1,1,10,4,0.25,0.02,0,node";
  expect_survival({"timing.csv", {ours}, read_timing_log}, 10000);
}

TEST(Mutations, OfChoicesAreReadOrRefused) {
  const SweepChoices choices{
      10, 2, {{"ttt", "steps", {{"ttt-learning_rate=0.1", 8, 3, 0.5, 0.1, -0.1, 0.3, 0.04}}, 0, "ab"}}};
  const std::string ours = written([&](const auto& file) { write_choices(file, choices); });
  expect_survival({"choice.toml", {ours}, read_choices}, 6000);
}

}  // namespace
}  // namespace ttt
