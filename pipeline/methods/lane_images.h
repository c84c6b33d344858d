#pragma once
#include <ATen/core/Tensor.h>

#include "pipeline/methods/samples.h"
#include "pipeline/model/architecture.h"

namespace ttt {

/// What K lanes adapt on, where they are computed; brought there once, and views of it are made there.
struct LaneImages {
  at::Tensor bytes;    // [K, H, W, C]
  at::Tensor subject;  // [K] sample that draws are keyed by
};

LaneImages lane_images(const Architecture& architecture, const Samples& samples);

}  // namespace ttt
