#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/views.h"

namespace ttt::lanes {

struct DrawnViews {
  at::Tensor x;       // [K, V, H, W, C] fp32
  at::Tensor labels;  // [K, V] int64: how often the view was turned, or what a placebo claims
};

/// Room for `count` views of each of the images [K, H, W, C], where they lie: [K, V, H, W, C] fp32.
at::Tensor empty_views(const at::Tensor& images, int64_t count);

/// `count` views of each of the images [K, H, W, C] (bytes), lane k's drawn for subject[k] [K] (int64); made
/// where the images lie.
DrawnViews draw_views(const at::Tensor& images, const at::Tensor& subject, int count, const StepViews& draws,
                      const PixelScale& scale);

/// x [K, V, H, W, C] fp32: what views[k] (lane k's V views) show of image k of [K, H, W, C] (bytes); made
/// where the images lie.
at::Tensor show_views(const at::Tensor& images, const std::vector<std::vector<View>>& views, PadMode pad,
                      const PixelScale& scale);

}  // namespace ttt::lanes
