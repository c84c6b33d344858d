#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ttt {

enum class Split : uint8_t { tune = 0, report = 1 };

/// What is known of every sample of a test set but its image; as a file: schemas/files/test_set_file.h.
struct TestSet {
  int64_t samples = 0;  // N
  int height = 0, width = 0, channels = 0;
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

/// A test set that is held in memory whole, as `prepare` makes it.
struct TestSetWithImages : TestSet {
  std::vector<uint8_t> image;  // [N, H, W, C]
  bool operator==(const TestSetWithImages&) const = default;
};

/// Gives the images of samples `ids` [ids, H, W, C], in this order; an id may come twice. Throws a data Error
/// when they cannot be read.
using ReadImages = std::function<std::vector<uint8_t>(std::span<const int64_t> ids)>;

/// The images of a set in memory. Valid as long as the set.
ReadImages images_of(const TestSetWithImages& set);

}  // namespace ttt
