#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schemas/data_options.h"

namespace ttt {

/// Labelled images of one size in memory.
struct LabelledImages {
  int64_t count = 0;
  int height = 0, width = 0, channels = 0;
  std::vector<uint8_t> image;  // [count, H, W, C]
  std::vector<int64_t> label;  // [count]
  std::vector<std::string> class_names;
  std::string source;  // for the test set's attributes, e.g. "CIFAR-10 (binary)"
};

/// The training part, the first `options.train_images` images of a keyed shuffle (0: all).
LabelledImages training_images(const DataOptions& options);

/// The test part from which base images are chosen.
LabelledImages test_images(const DataOptions& options);

}  // namespace ttt
