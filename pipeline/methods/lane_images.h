#pragma once
#include <ATen/core/Tensor.h>

#include "pipeline/methods/samples.h"
#include "pipeline/models/image_network.h"

namespace ttt {

/// What K lanes adapt on, where they are computed; brought there once, and views of it are made there. A lane
/// has G images, its own and those of neighbours.
struct LaneImages {
  int64_t lanes = 0;
  at::Tensor bytes;    // [K G, H, W, C], a lane's side by side, its own first
  at::Tensor subject;  // [K G] samples that draws are keyed by
};

/// The lanes' own images alone.
LaneImages own_images(const LaneImages& images);

LaneImages lane_images(const ImageNetwork& network, const Samples& samples);

}  // namespace ttt
