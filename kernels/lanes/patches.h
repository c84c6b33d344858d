#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ttt::lanes {

/// Every view of [K, V, H, W, C] cut into `patches` x `patches` equal patches, 1 <= patches <= min(H, W), and
/// these put in a drawn order (DeYO: Lee et al., ICLR 2024, the pixels keep their patch, the patches lose
/// their place). Rows and columns that remain at the bottom and on the right stay. The order of view v of
/// lane k is a uniform permutation of Draw(seed, Purpose::patch_order, subject[k], step, v); `subject` [K] is
/// int64. Copies pixels only, in memory where the views lie; on a GPU it waits for `subject`.
at::Tensor shuffled_patches(const at::Tensor& views, int patches, const at::Tensor& subject, uint64_t seed,
                            int step);

}  // namespace ttt::lanes
