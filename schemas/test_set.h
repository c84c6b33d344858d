#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ttt {

enum class Split : uint8_t { tune = 0, report = 1 };

/// A test set in memory; as a file: schemas/files/test_set_file.h.
struct TestSet {
  int64_t samples = 0;  // N
  int height = 0, width = 0, channels = 0;
  std::vector<uint8_t> image;            // [N, H, W, C]
  std::vector<int64_t> label;            // [N]; outside 0 .. classes-1: a bad sample, kept as a row
  std::vector<int64_t> base;             // [N] index of the clean image
  std::vector<int32_t> shift;            // [N] index into shift_names; -1 never, 0 is "clean"
  std::vector<int32_t> severity;         // [N] 0 = clean
  std::vector<Split> split;              // [N]
  std::vector<std::string> shift_names;  // flag_meanings of `shift`; shift_names[0] == "clean"
  std::vector<std::string> class_names;
  std::string source;  // e.g. "glyphs"
  uint64_t seed = 0;
  std::string generator;  // name and version of what made it
  bool operator==(const TestSet&) const = default;
};

}  // namespace ttt
