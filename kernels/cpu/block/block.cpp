#include "kernels/cpu/block/block.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "kernels/cpu/block/shortcut.h"
#include "kernels/cpu/isa.h"

namespace ttt::cpu {
namespace {

constexpr int kTilesTogether = 16;  // a strip: enough rows for the matrix products of deep, small images

/// A block as its parts: two norms and two convolutions.
struct Parts {
  Conv conv1, conv2;
  NormShape norm1, norm2;
  int64_t group;  // images that go through together
};

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
  parts.group = std::min<int64_t>(shape.images, (kTilesTogether + tiles - 1) / tiles);
  return parts;
}

ConstPixels pixels(const NormShape& norm, const float* image) {
  return tensor_pixels(image, norm.width, norm.channels, norm.simd);
}

/// Copies dy of `count` images into a frame.
void frame_gradient(const NormShape& norm, const float* dy, int64_t count, const Frame& frame) {
  const int64_t floats = static_cast<int64_t>(norm.height) * norm.width * norm.channels;
  for (int64_t i = 0; i < count; ++i) copy_pixels(norm, pixels(norm, dy + i * floats), frame.pixels(i));
}

/// relu(norm(x)) of `count` images into a frame; moments are computed first, [count, groups, 2].
void normalise(const NormShape& norm, const float* scale, const float* shift, const float* x, int64_t count,
               float* moments, const Frame& frame, Scratch& scratch) {
  const int64_t floats = static_cast<int64_t>(norm.height) * norm.width * norm.channels;
  for (int64_t i = 0; i < count; ++i) {
    const Scratch::Lease lease(scratch);
    const ConstPixels image = pixels(norm, x + i * floats);
    float* image_moments = moments + i * norm.groups * 2;
    norm_moments(norm, image, image_moments, scratch);
    norm_relu(norm, image, norm_terms(norm, scale, shift, image_moments, scratch), frame.pixels(i));
  }
}

}  // namespace

bool supported(const BlockShape& shape) {
  const bool channels = shape.in_channels > 0 && shape.in_channels % 8 == 0 && shape.out_channels % 8 == 0;
  const bool groups = shape.norm_groups > 0 && shape.in_channels % shape.norm_groups == 0 &&
                      shape.out_channels % shape.norm_groups == 0;
  const bool identity = shape.stride == 1 && shape.in_channels == shape.out_channels;
  const bool pooled = shape.stride == 2 && shape.height % 2 == 0 && shape.width % 2 == 0 &&
                      shape.in_channels <= shape.out_channels;
  return shape.images > 0 && shape.height > 0 && shape.width > 0 && channels && groups &&
         (identity || pooled);
}

PackedBlock::PackedBlock(const BlockShape& shape, const float* conv1, const float* conv2, Passes passes,
                         Scratch& scratch) {
  assert(supported(shape));
  const Parts parts = parts_of(shape);
  if (passes != Passes::backward) {
    conv1_ = AlignedFloats(packed_floats(parts.conv1));
    conv2_ = AlignedFloats(packed_floats(parts.conv2));
    pack_weights(parts.conv1, conv1, conv1_.data(), scratch);
    pack_weights(parts.conv2, conv2, conv2_.data(), scratch);
  }
  if (passes != Passes::forward) {
    mirrored1_ = AlignedFloats(packed_floats(mirrored(parts.conv1)));
    mirrored2_ = AlignedFloats(packed_floats(mirrored(parts.conv2)));
    pack_mirrored_weights(parts.conv1, conv1, mirrored1_.data(), scratch);
    pack_mirrored_weights(parts.conv2, conv2, mirrored2_.data(), scratch);
  }
}

void block_forward(const BlockShape& shape, const BlockNorms& norms, const PackedBlock& convs, const float* x,
                   float* y, const BlockSaved* saved, Scratch& scratch) {
  assert(supported(shape) && convs.conv1());
  const Scratch::Lease lease(scratch);
  const Parts parts = parts_of(shape);
  const Frame in = take_input_frame(parts.conv1, parts.group, scratch);
  const Frame middle_frame = take_input_frame(parts.conv2, parts.group, scratch);
  const int64_t group_moments = parts.group * shape.norm_groups * 2;
  const BlockSaved unsaved = {scratch.take(parts.group * shape.out_floats()), scratch.take(group_moments),
                              scratch.take(group_moments)};

  for (int64_t first = 0; first < shape.images; first += parts.group) {
    const int64_t count = std::min(parts.group, shape.images - first);
    const int64_t moments_at = first * shape.norm_groups * 2;
    const BlockSaved here = saved ? BlockSaved{saved->middle + first * shape.out_floats(),
                                               saved->moments1 + moments_at, saved->moments2 + moments_at}
                                  : unsaved;
    const float* x_here = x + first * shape.in_floats();
    float* y_here = y + first * shape.out_floats();
    normalise(parts.norm1, norms.scale1, norms.shift1, x_here, count, here.moments1, in, scratch);
    convolve(parts.conv1, in, count, convs.conv1(), nullptr, here.middle, scratch);
    normalise(parts.norm2, norms.scale2, norms.shift2, here.middle, count, here.moments2, middle_frame,
              scratch);
    const float* shortcut = x_here;
    if (shape.stride == 2) {
      for (int64_t i = 0; i < count; ++i)
        pooled_shortcut(shape, x_here + i * shape.in_floats(), y_here + i * shape.out_floats());
      shortcut = y_here;
    }
    convolve(parts.conv2, middle_frame, count, convs.conv2(), shortcut, y_here, scratch);
  }
}

namespace {

/// One half of a block, conv(relu(norm(x))), seen from behind.
struct Half {
  const Conv& conv;
  const NormShape& norm;
  const float *scale, *shift;
  const float* mirrored;   // packed for input gradients
  float *dscale, *dshift;  // summed over images; null: not wanted
  float* weight_sums;      // in the order of the convolution; null: not wanted
  Frame activation;        // of relu(norm(x)), for weight_sums
};

/// From dy in a frame: adds the gradients of the parameters, then calls write(image, dz, gradient) for every
/// image, with dz the masked gradient of the norm's output and `gradient` what turns it into dx.
template <class Write>
void half_backward(const Half& half, const float* x, const float* moments, const Frame& dy, int64_t count,
                   float* dz, Scratch& scratch, Write&& write) {
  const Scratch::Lease lease(scratch);
  const NormShape& norm = half.norm;
  const int64_t floats = static_cast<int64_t>(norm.height) * norm.width * norm.channels;
  std::array<NormTerms, kTilesTogether> terms;
  std::array<NormSums, kTilesTogether> sums;
  for (int64_t i = 0; i < count; ++i) {
    terms[i] = norm_terms(norm, half.scale, half.shift, moments + i * norm.groups * 2, scratch);
    sums[i] = take_sums(norm.channels, scratch);
  }
  if (half.weight_sums) {
    for (int64_t i = 0; i < count; ++i)
      norm_relu(norm, pixels(norm, x + i * floats), terms[i], half.activation.pixels(i));
    add_weight_gradient(half.conv, half.activation, dy, count, half.weight_sums, scratch);
  }
  convolve_back(half.conv, dy, count, half.mirrored, {x, terms.data(), sums.data()}, dz, scratch);
  for (int64_t i = 0; i < count; ++i) {
    for (int c = 0; half.dscale && c < norm.channels; ++c) half.dscale[c] += sums[i].dz_xhat[c];
    for (int c = 0; half.dshift && c < norm.channels; ++c) half.dshift[c] += sums[i].dz[c];
    write(i, dz + i * floats,
          norm_gradient(norm, half.scale, moments + i * norm.groups * 2, sums[i], scratch));
  }
}

void clear(float* gradient, int64_t floats) {
  if (gradient) std::fill_n(gradient, floats, 0.0f);
}

/// Zeros to sum a convolution's weight gradient in, or null where none is wanted.
float* take_weight_sums(const Conv& conv, const float* wanted, Scratch& scratch) {
  if (!wanted) return nullptr;
  float* sums = scratch.take(gradient_floats(conv));
  clear(sums, gradient_floats(conv));
  return sums;
}

}  // namespace

void block_backward(const BlockShape& shape, const BlockNorms& norms, const PackedBlock& convs,
                    const float* x, const BlockSaved& saved, const float* dy, const BlockGradients& gradients,
                    Scratch& scratch) {
  assert(supported(shape) && convs.mirrored2());
  const Scratch::Lease lease(scratch);
  const Parts parts = parts_of(shape);
  clear(gradients.scale1, shape.in_channels);
  clear(gradients.shift1, shape.in_channels);
  clear(gradients.scale2, shape.out_channels);
  clear(gradients.shift2, shape.out_channels);

  const Frame out = take_output_frame(parts.conv2, parts.group, scratch);
  const Frame middle_gradient = take_output_frame(parts.conv1, parts.group, scratch);
  const Half half1 = {parts.conv1,
                      parts.norm1,
                      norms.scale1,
                      norms.shift1,
                      convs.mirrored1(),
                      gradients.scale1,
                      gradients.shift1,
                      take_weight_sums(parts.conv1, gradients.conv1, scratch),
                      take_input_frame(parts.conv1, parts.group, scratch)};
  const Half half2 = {parts.conv2,
                      parts.norm2,
                      norms.scale2,
                      norms.shift2,
                      convs.mirrored2(),
                      gradients.scale2,
                      gradients.shift2,
                      take_weight_sums(parts.conv2, gradients.conv2, scratch),
                      take_input_frame(parts.conv2, parts.group, scratch)};
  float* dz = scratch.take(parts.group * std::max(shape.in_floats(), shape.out_floats()));

  for (int64_t first = 0; first < shape.images; first += parts.group) {
    const int64_t count = std::min(parts.group, shape.images - first);
    const int64_t moments_at = first * shape.norm_groups * 2;
    const float* x_here = x + first * shape.in_floats();
    const float* middle = saved.middle + first * shape.out_floats();
    const float* dy_here = dy + first * shape.out_floats();

    frame_gradient(parts.norm2, dy_here, count, out);
    half_backward(half2, middle, saved.moments2 + moments_at, out, count, dz, scratch,
                  [&](int64_t i, const float* gated, const NormGradient& gradient) {
                    norm_input_gradient(parts.norm2, pixels(parts.norm2, middle + i * shape.out_floats()),
                                        pixels(parts.norm2, gated), gradient, {}, middle_gradient.pixels(i));
                  });
    half_backward(half1, x_here, saved.moments1 + moments_at, middle_gradient, count, dz, scratch,
                  [&](int64_t i, const float* gated, const NormGradient& gradient) {
                    if (!gradients.x) return;
                    float* dx = gradients.x + (first + i) * shape.in_floats();
                    const float* shortcut = dy_here + i * shape.out_floats();
                    if (shape.stride == 2) {
                      pooled_shortcut_gradient(shape, shortcut, dx);
                      shortcut = dx;
                    }
                    norm_input_gradient(parts.norm1, pixels(parts.norm1, x_here + i * shape.in_floats()),
                                        pixels(parts.norm1, gated), gradient, pixels(parts.norm1, shortcut),
                                        tensor_pixels(dx, shape.width, shape.in_channels, parts.norm1.simd));
                  });
  }
  if (gradients.conv1) unpack_weight_gradient(parts.conv1, half1.weight_sums, gradients.conv1, scratch);
  if (gradients.conv2) unpack_weight_gradient(parts.conv2, half2.weight_sums, gradients.conv2, scratch);
}

}  // namespace ttt::cpu
