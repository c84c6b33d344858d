#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ttt {

/// [model.NAME]: a group of source models, one recipe under several training seeds.
/// Architecture: pre-activation ResNet with GroupNorm, two heads (Sun et al., ICML 2020;
/// pipeline/models/architecture.h).
struct ModelOptions {
  std::string name;  // NAME; members are NAME-SEED, or NAME-1, NAME-2 ... for weight files
  int depth = 26;    // 6 n + 2: three groups of n basic blocks
  std::vector<int> widths = {16, 32, 64};  // channels of the three groups
  int norm_groups = 8;                     // groups of every GroupNorm
  int stem_stride = 1;                     // stride of the first convolution, 1 or 2
  int split_after = 2;      // the heads split after this group (0-3); 3 leaves two linear heads
  double pixel_mean = 0.5;  // the network sees (pixel - mean) / deviation, pixels in [0, 1]
  double pixel_deviation = 0.5;
  bool joint = true;                      // trained with the auxiliary loss (false: class loss alone)
  std::vector<uint64_t> seeds = {1};      // training seeds, one model each
  std::vector<std::string> weights = {};  // safetensors files of models trained elsewhere, instead of seeds
  bool operator==(const ModelOptions&) const = default;
};
void validate(const ModelOptions& options);

/// One source model of a group.
struct SourceModel {
  std::string name;     // file models/NAME.safetensors, entry of `model` in results.h5
  std::string group;    // ModelOptions::name
  uint64_t seed = 0;    // training seed; 0 for a weight file
  std::string weights;  // the user's file, or "" when trained here
};

/// The members of a group, in the order of its seeds or files.
std::vector<SourceModel> members(const ModelOptions& group);

}  // namespace ttt
