#pragma once
#include <ATen/core/Tensor.h>

#include <span>

#include "pipeline/methods/samples.h"
#include "pipeline/models/network.h"

namespace ttt {

/// A trained network that episodes start from; never changed.
struct SourceNetwork {
  Architecture architecture;
  Weights weights;  // [1, ...]

  /// The same weights shared by K lanes: restoring costs nothing.
  Weights lanes(int64_t count) const;
};

SourceNetwork source_network(const Architecture& architecture, const std::map<std::string, Array>& arrays);

PixelScale pixel_scale(const Architecture& architecture);

/// K images, bytes -> [K, H, W, C] where the network is computed.
at::Tensor image_tensor(const Architecture& architecture, std::span<const ImageBytes> images);

/// Views of K images as the network sees them: views[k] are lane k's V views -> [K, V, H, W, C].
at::Tensor view_tensor(const Architecture& architecture, std::span<const ImageBytes> images,
                       const std::vector<std::vector<View>>& views, PadMode pad);

/// The images as they are -> [K, 1, H, W, C].
at::Tensor plain_tensor(const Architecture& architecture, std::span<const ImageBytes> images);

/// Logits or losses as they are recorded: fp32 on the CPU; waits for a GPU.
at::Tensor recorded(const at::Tensor& values);

/// Row k of recorded logits [K, 1, C] or view (k, v) of [K, V, C], as plain memory.
std::span<const float> row(const at::Tensor& logits, int64_t lane, int64_t view = 0);

}  // namespace ttt
