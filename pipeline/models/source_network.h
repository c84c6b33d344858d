#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <span>

#include "pipeline/models/image_network.h"
#include "schemas/weights.h"

namespace ttt {

/// A trained network that episodes start from; never changed.
struct SourceNetwork {
  std::shared_ptr<const Network> network;
  Weights weights;  // [1, ...]

  /// The same weights shared by K lanes: restoring costs nothing.
  Weights lanes(int64_t count) const;

  /// The network as one of images (image_network()).
  const ImageNetwork& images() const { return image_network(*network); }

  /// The same in float64 on the CPU.
  SourceNetwork in_float64() const;
};

/// The network with these weights.
template <typename Family>
SourceNetwork source_network(const Family& network, const std::map<std::string, Array>& arrays);

/// Source weights as fp32 tensors of one lane, [1, ...].
Weights one_lane(const std::map<std::string, Array>& arrays);

/// The weights of lane 0 as arrays.
std::map<std::string, Array> to_arrays(const Weights& weights);

/// K images, bytes -> [K, H, W, C] where the network is computed.
at::Tensor image_tensor(const ImageNetwork& network, std::span<const ImageBytes> images);

/// Views of K images as the network sees them: views[k] are lane k's V views -> [K, V, H, W, C].
at::Tensor view_tensor(const ImageNetwork& network, std::span<const ImageBytes> images,
                       const std::vector<std::vector<View>>& views, PadMode pad);

/// The images as they are -> [K, 1, H, W, C].
at::Tensor plain_tensor(const ImageNetwork& network, std::span<const ImageBytes> images);

/// Logits or losses as they are recorded: fp32 on the CPU; waits for a GPU.
at::Tensor recorded(const at::Tensor& values);

/// Row k of recorded logits [K, 1, C] or view (k, v) of [K, V, C], as plain memory.
std::span<const float> row(const at::Tensor& logits, int64_t lane, int64_t view = 0);

template <typename Family>
SourceNetwork source_network(const Family& network, const std::map<std::string, Array>& arrays) {
  return {std::make_shared<const Family>(network), network.placed(one_lane(arrays))};
}

}  // namespace ttt
