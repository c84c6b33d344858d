#pragma once
#include <cstdint>
#include <vector>

#include "kernels/cuda/block/block.h"
#include "kernels/cuda/head/head.h"

// The reference network (Sun et al., ICML 2020: a pre-activation ResNet-26 with GroupNorm, its heads split
// after the second group) as shapes and a list of weights, without LibTorch.

namespace ttt::cuda::bench {

struct NetworkOptions {
  int depth = 26;  // 6 n + 2
  int width = 16;  // channels of the first group; 2 and 4 times as many in the others
  int size = 32;   // of the square images
  int channels = 3;
  int classes = 10;
  int norm_groups = 8;
  Precision precision = Precision::float32;  // of what blocks' convolutions multiply
};

/// Where a weight lies in a list of all, in floats of one lane.
struct WeightPlace {
  int64_t begin = 0, size = 0;
};

struct BlockPlan {
  BlockShape shape;
  WeightPlace scale1, shift1, conv1, scale2, shift2, conv2;
};

struct HeadPlan {
  std::vector<BlockPlan> blocks;  // the third group
  HeadShape shape;
  WeightPlace scale, shift, linear, bias;
};

/// The network for `lanes` lanes of `views` views. Weights are numbered trunk, rotation head, main head: what
/// rotation TTT adapts comes first.
struct NetworkPlan {
  ConvShape stem;
  WeightPlace stem_weight;
  std::vector<BlockPlan> trunk;
  HeadPlan rotation, main;
  int64_t adapted = 0;  // floats of a lane that are adapted
  int64_t weights = 0;  // of all
};
NetworkPlan plan(const NetworkOptions& options, int64_t lanes, int views);

/// Every weight of the trunk and the rotation head.
std::vector<WeightPlace> adapted_weights(const NetworkPlan& plan);

/// Starting values: norms 1 and 0, convolutions and linears uniform with the variance He et al. give.
std::vector<float> initial_weights(const NetworkPlan& plan);

/// FLOPs (2 x MAC of convolutions and linears) of one image forward through trunk and head.
double forward_flops(const NetworkPlan& plan, const HeadPlan& head);

}  // namespace ttt::cuda::bench
