#include "kernels/cpu/block/block.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/block/parts.h"

namespace ttt::cpu {
namespace {

/// Memory for `count` floats: that at hand, if it is of that size.
float* room(AlignedFloats& memory, int64_t count) {
  if (memory.size() != count) memory = AlignedFloats(count);
  return memory.data();
}

}  // namespace

bool supported(const BlockShape& shape) {
  const bool channels = shape.in_channels > 0 && shape.in_channels % 8 == 0 && shape.out_channels % 8 == 0;
  const bool groups = shape.norm_groups > 0 && shape.in_channels % shape.norm_groups == 0 &&
                      shape.out_channels % shape.norm_groups == 0;
  const bool identity = shape.stride == 1 && shape.in_channels == shape.out_channels;
  const bool pooled = shape.stride == 2 && shape.in_channels <= shape.out_channels;
  return shape.images > 0 && shape.height > 0 && shape.width > 0 && channels && groups &&
         (identity || pooled);
}

void PackedBlock::pack(const BlockShape& shape, const float* conv1, const float* conv2, Passes passes,
                       Scratch& scratch) {
  assert(supported(shape));
  const Parts parts = parts_of(shape);
  if (passes != Passes::backward) {
    pack_weights(parts.conv1, conv1, room(conv1_, packed_floats(parts.conv1)), scratch);
    pack_weights(parts.conv2, conv2, room(conv2_, packed_floats(parts.conv2)), scratch);
  }
  if (passes != Passes::forward) {
    pack_mirrored_weights(parts.conv1, conv1, room(mirrored1_, packed_floats(mirrored(parts.conv1))),
                          scratch);
    pack_mirrored_weights(parts.conv2, conv2, room(mirrored2_, packed_floats(mirrored(parts.conv2))),
                          scratch);
  }
}

Parts parts_of(const BlockShape& shape) {
  Parts parts;
  parts.conv1 = make_conv({shape.height, shape.width, shape.in_channels, shape.out_channels, shape.stride},
                          shape.algorithm);
  parts.conv2 = make_conv({shape.out_height(), shape.out_width(), shape.out_channels, shape.out_channels, 1},
                          shape.algorithm);
  parts.norm1 = {shape.height,      shape.width,   shape.in_channels,
                 shape.norm_groups, shape.epsilon, parts.conv1.in_simd};
  parts.norm2 = {shape.out_height(), shape.out_width(), shape.out_channels,
                 shape.norm_groups,  shape.epsilon,     parts.conv2.in_simd};
  const int tiles = ((shape.out_height() + 3) / 4) * ((shape.out_width() + 3) / 4);
  parts.group = std::min<int64_t>(shape.images, (kStrip + tiles - 1) / tiles);
  return parts;
}

}  // namespace ttt::cpu
