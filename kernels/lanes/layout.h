#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ttt::lanes {

// Activations are [K, V, H, W, C]: K lanes (episodes side by side) of V views, channels innermost. A weight
// is [K, ...]; with lane stride 0 it is shared by all lanes (source.expand(K): restoring costs nothing). On
// the CPU every operation works lane by lane, so that no library call's shape depends on K and a lane's
// result is the same bytes whoever its neighbours are.

/// Lane k of x as LibTorch wants it: [V, C, H, W] in memory order channels-last, sharing storage.
at::Tensor channels_first(const at::Tensor& x /* [K, V, H, W, C] */, int64_t lane);

/// The inverse for one lane: [V, C, H, W] -> [V, H, W, C] contiguous.
at::Tensor channels_innermost(const at::Tensor& x);

/// Joins one tensor a lane along a new first dimension; without a copy when there is one lane.
at::Tensor join(const std::vector<at::Tensor>& lanes);

/// The same weight, contiguous within each lane; shared ones stay shared.
at::Tensor contiguous_lanes(const at::Tensor& weight /* [K, ...] */);

/// Whether all lanes share one weight.
bool is_shared(const at::Tensor& weight /* [K, ...] */);

}  // namespace ttt::lanes
