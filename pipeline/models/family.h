#pragma once
#include <string_view>

namespace ttt {

/// A family of source models, of which [model.NAME] describes one. There is one (architecture.h).
struct ModelFamily {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  std::string_view needs;
  std::string_view cost;
};
inline constexpr ModelFamily resnet{
    .name = "resnet",
    .summary = "pre-activation ResNet of 6 n + 2 layers with GroupNorm, a class head and a rotation head",
    .source = "Sun et al., ICML 2020; He et al., ECCV 2016; Wu and He, ECCV 2018",
    .needs = "training images for seeds, or safetensors files for weights",
    .cost = "`train` makes a model of each seed; `run` and the analysis repeat for each model"};

}  // namespace ttt
