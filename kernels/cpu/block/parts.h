#pragma once
#include "kernels/cpu/block/block.h"
#include "kernels/cpu/conv/algorithms.h"

namespace ttt::cpu {

/// A block as its parts: two norms and two convolutions.
struct Parts {
  Conv conv1, conv2;
  NormShape norm1, norm2;
  int64_t group;  // images that go through together: as many as have a strip of 4x4 tiles
};

Parts parts_of(const BlockShape& shape);

/// One image of the tensor that goes into a norm.
inline ConstPixels pixels(const NormShape& norm, const float* image) {
  return tensor_pixels(image, norm.width, norm.channels, norm.simd);
}

inline int64_t image_floats(const NormShape& norm) {
  return static_cast<int64_t>(norm.height) * norm.width * norm.channels;
}

}  // namespace ttt::cpu
