#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ttt::lanes {

// Activations are [K, V, H, W, C]: K lanes (episodes side by side) of V views, channels innermost. A weight
// is [K, ...]; with lane stride 0 it is shared by all lanes (source.expand(K): restoring costs nothing). On
// the CPU every operation works lane by lane, so that no library call's shape depends on K and a lane's
// result is the same bytes whoever its neighbours are.

/// The same weight, contiguous within each lane; shared ones stay shared.
at::Tensor contiguous_lanes(const at::Tensor& weight /* [K, ...] */);

/// Whether all lanes share one weight.
bool is_shared(const at::Tensor& weight /* [K, ...] */);

}  // namespace ttt::lanes
