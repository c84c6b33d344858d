#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

/// A random affine map, then local displacements alpha * (U(-1, 1) smoothed by a Gaussian), bilinear. Lengths
/// in units of the image's shorter side. Uniforms 0 .. 5 move the affine map's three fixed points, 6 .. 5 + H
/// W the rows' and the next H W the columns' displacements.
struct Elastic {
  double alpha;   // size of the displacements before smoothing
  double sigma;   // of the smoothing
  double affine;  // how far a fixed point moves at most
};
Image elastic_transform(const Image& image, const Elastic& elastic, const Draw& draw);

}  // namespace ttt
