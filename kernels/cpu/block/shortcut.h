#pragma once
#include "kernels/cpu/block/block.h"

namespace ttt::cpu {

/// y [out_height, out_width, out] of one image: the average of those of 2x2 pixels of x that exist, then
/// zeros for channels x lacks.
void pooled_shortcut(const BlockShape& shape, const float* x, float* y);

/// dx [height, width, in] of one image: of dy, each of its pixels' share.
void pooled_shortcut_gradient(const BlockShape& shape, const float* dy, float* dx);

}  // namespace ttt::cpu
