#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

/// Frost on a pane [H, W, 3], our own: a hoar of thin ridges (zero lines of smooth noise in three sizes)
/// under feather-like crystals (needles with side branches at 60 degrees), in a cold white. It stands for the
/// photographs of CIFAR-10-C, which may not be shipped. Normals 0 .. 335 are the hoar; uniforms 672 .. 711
/// the crystals, five each.
Image frost_texture(int height, int width, const Draw& draw);

}  // namespace ttt
