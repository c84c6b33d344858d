#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ttt {

/// Labelled images of one size in memory.
struct LabelledImages {
  int64_t count = 0;
  int height = 0, width = 0, channels = 0;
  std::vector<uint8_t> image;  // [count, H, W, C]
  std::vector<int64_t> label;  // [count]
  std::vector<std::string> class_names;
};

}  // namespace ttt
