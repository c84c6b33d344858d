#pragma once
#include "kernels/cpu/block/block.h"

namespace ttt::cpu {

/// As many images go through together as make up this many 4x4 tiles: a strip of the Winograd kernels.
inline constexpr int kTilesTogether = 16;

/// A block as its parts: two norms and two convolutions.
struct Parts {
  Conv conv1, conv2;
  NormShape norm1, norm2;
  int64_t group;  // images that go through together
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
