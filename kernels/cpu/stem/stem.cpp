#include "kernels/cpu/stem/stem.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/conv/conv.h"

namespace ttt::cpu {
namespace {

Conv conv_of(const StemShape& shape) {
  return make_conv({shape.height, shape.width, shape.in_channels, shape.out_channels, shape.stride},
                   ConvAlgorithm::direct);
}

/// Copies image rows: a thin slice is the whole pixel.
void frame_image(const StemShape& shape, const float* image, const Frame& frame) {
  const int64_t row = static_cast<int64_t>(shape.width) * shape.in_channels;
  for (int y = 0; y < shape.height; ++y) std::copy_n(image + y * row, row, frame.pixels(0).at(0, y, 0));
}

int64_t in_floats(const StemShape& shape) {
  return static_cast<int64_t>(shape.height) * shape.width * shape.in_channels;
}

int64_t out_floats(const Conv& conv) {
  return static_cast<int64_t>(conv.height) * conv.width * conv.shape.out_channels;
}

}  // namespace

bool supported(const StemShape& shape) {
  const bool channels = (shape.in_channels == 1 || shape.in_channels == 3) && shape.out_channels > 0 &&
                        shape.out_channels % 8 == 0;
  const bool stride = shape.stride == 1 || shape.stride == 2;
  return shape.images > 0 && shape.height > 0 && shape.width > 0 && channels && stride;
}

void stem_forward(const StemShape& shape, const float* weights, const float* x, float* y, Scratch& scratch) {
  assert(supported(shape));
  const Scratch::Lease lease(scratch);
  const Conv conv = conv_of(shape);
  const Frame frame = take_input_frame(conv, 1, scratch);
  float* packed = scratch.take(packed_floats(conv));
  pack_weights(conv, weights, packed, scratch);
  for (int64_t i = 0; i < shape.images; ++i) {
    frame_image(shape, x + i * in_floats(shape), frame);
    convolve(conv, frame, 1, packed, nullptr, y + i * out_floats(conv), scratch);
  }
}

void stem_backward(const StemShape& shape, const float* x, const float* dy, float* dweights,
                   Scratch& scratch) {
  assert(supported(shape));
  const Scratch::Lease lease(scratch);
  const Conv conv = conv_of(shape);
  const Frame frame = take_input_frame(conv, 1, scratch);
  const Frame gradient = take_output_frame(conv, 1, scratch);
  const NormShape output = {conv.height, conv.width, shape.out_channels, 1, 0, conv.out_simd};
  float* sums = scratch.take(gradient_floats(conv));
  std::fill_n(sums, gradient_floats(conv), 0.0f);
  for (int64_t i = 0; i < shape.images; ++i) {
    frame_image(shape, x + i * in_floats(shape), frame);
    copy_pixels(output,
                tensor_pixels(dy + i * out_floats(conv), conv.width, shape.out_channels, conv.out_simd),
                gradient.pixels(0));
    add_weight_gradient(conv, frame, gradient, 1, sums, scratch);
  }
  unpack_weight_gradient(conv, sums, dweights, scratch);
}

}  // namespace ttt::cpu
