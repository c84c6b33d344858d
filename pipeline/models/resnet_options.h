#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/alternatives.h"

namespace ttt {

/// Keys of the family "resnet": one recipe under several training seeds, or files of weights.
struct ResNetOptions {
  int depth = 26;                          // 6 n + 2: three groups of n basic blocks
  std::vector<int> widths = {16, 32, 64};  // channels of the three groups
  int norm_groups = 8;                     // groups of every GroupNorm
  int stem_stride = 1;                     // stride of the first convolution, 1 or 2
  int split_after = 2;      // the heads split after this group (0-3); 3 leaves two linear heads
  double pixel_mean = 0.5;  // the network sees (pixel - mean) / deviation, pixels in [0, 1]
  double pixel_deviation = 0.5;
  bool joint = true;                      // trained with the auxiliary loss (false: class loss alone)
  std::vector<uint64_t> seeds = {1};      // training seeds, one model each
  std::vector<std::string> weights = {};  // safetensors files of models trained elsewhere, instead of seeds
  bool operator==(const ResNetOptions&) const = default;
};
Fields fields(ResNetOptions& options);
void validate(const ResNetOptions& options);

/// The family "resnet" with these options.
Chosen resnet(const ResNetOptions& options = {});

}  // namespace ttt
