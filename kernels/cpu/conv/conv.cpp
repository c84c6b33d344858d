#include "kernels/cpu/conv/conv.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/isa.h"

namespace ttt::cpu {
namespace {

bool winograd(const Conv& conv) { return conv.algorithm != ConvAlgorithm::direct; }

/// Rows or columns of a frame: whole tiles and a border.
int framed(const Conv& conv, int size) {
  const int side = winograd(conv) ? tile_side(conv.algorithm) : 1;
  return (size + side - 1) / side * side + 2;
}

Frame take_frame(const Conv& conv, int height, int width, int slices, int simd, int64_t images,
                 Scratch& scratch) {
  Frame frame = {nullptr, slices, framed(conv, height), framed(conv, width), simd};
  frame.data = scratch.take(images * frame.image());
  std::fill_n(frame.data, images * frame.image(), 0.0f);
  return frame;
}

/// Calls f(tap, its place in slabs) for the nine taps that begin at `first`.
template <class F>
void for_taps(const Conv& conv, const Slabs& slabs, int64_t first, F&& f) {
  const int64_t across =
      conv.thin() ? static_cast<int64_t>(conv.shape.in_channels) * slabs.panel_floats : slabs.slab();
  const int64_t down = conv.thin() ? slabs.slab() : 3 * across;
#pragma GCC unroll 3
  for (int row = 0; row < 3; ++row)
#pragma GCC unroll 3
    for (int column = 0; column < 3; ++column) f(3 * row + column, first + row * down + column * across);
}

/// Calls f(output channel, input channel, place in slabs of their first tap) for every pair of channels.
template <class F>
void for_channels(const Conv& conv, const Slabs& slabs, F&& f) {
  for (int panel = 0; panel < slabs.panels; ++panel)
    for (int in = 0; in < conv.shape.in_channels; ++in)
      for (int l = 0; l < slabs.panel_floats; ++l)
        f(panel * slabs.panel_floats + l, in,
          panel * slabs.panel() + static_cast<int64_t>(in) * slabs.panel_floats + l);
}

/// Packs the weights whose index in memory is from(out, in, tap).
template <class From>
void pack(const Conv& conv, const float* weights, float* packed, Scratch& scratch, From&& from) {
  const Scratch::Lease lease(scratch);
  const Slabs slabs = tap_slabs(conv);
  float* taps = winograd(conv) ? scratch.take(slabs.floats()) : packed;
  for_channels(conv, slabs, [&](int out, int in, int64_t first) {
    for_taps(conv, slabs, first, [&](int tap, int64_t place) { taps[place] = weights[from(out, in, tap)]; });
  });
  if (winograd(conv)) winograd_from_taps(conv, taps, packed);
}

/// Index of a weight in [out, in, 3, 3].
int64_t weight_index(const Conv& conv, int out, int in, int tap) {
  return (static_cast<int64_t>(out) * conv.shape.in_channels + in) * 9 + tap;
}

void run(const Conv& conv, const Frame& x, int64_t images, const float* packed, const Output& output,
         Scratch& scratch) {
  if (winograd(conv))
    winograd_convolve(conv, x, images, packed, output, scratch);
  else
    direct_convolve(conv, x, images, packed, output, scratch);
}

}  // namespace

Conv make_conv(const ConvShape& shape, ConvAlgorithm algorithm) {
  assert(shape.stride == 1 || shape.stride == 2);
  Conv conv = {shape, algorithm, strided(shape.height, shape.stride), strided(shape.width, shape.stride),
               0,     0};
  conv.in_simd = conv.thin() ? shape.in_channels : vector_floats(shape.in_channels);
  conv.out_simd = vector_floats(shape.out_channels);
  if (shape.stride == 2 || conv.in_simd != conv.out_simd) conv.algorithm = ConvAlgorithm::direct;
  return conv;
}

Conv mirrored(const Conv& conv) {
  Conv back = conv;
  std::swap(back.shape.in_channels, back.shape.out_channels);
  std::swap(back.in_simd, back.out_simd);
  return back;
}

Frame take_input_frame(const Conv& conv, int64_t images, Scratch& scratch) {
  return take_frame(conv, conv.shape.height, conv.shape.width, conv.in_slices(), conv.in_simd, images,
                    scratch);
}

Frame take_output_frame(const Conv& conv, int64_t images, Scratch& scratch) {
  return take_frame(conv, conv.height, conv.width, conv.out_slices(), conv.out_simd, images, scratch);
}

int64_t packed_floats(const Conv& conv) {
  return winograd(conv) ? frequency_slabs(conv).floats() : tap_slabs(conv).floats();
}

void pack_weights(const Conv& conv, const float* weights, float* packed, Scratch& scratch) {
  pack(conv, weights, packed, scratch,
       [&](int out, int in, int tap) { return weight_index(conv, out, in, tap); });
}

void pack_mirrored_weights(const Conv& conv, const float* weights, float* packed, Scratch& scratch) {
  const bool turned = conv.shape.stride == 1;  // with stride 2 the taps are picked one by one
  pack(mirrored(conv), weights, packed, scratch,
       [&](int in, int out, int tap) { return weight_index(conv, out, in, turned ? 8 - tap : tap); });
}

void convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed, const float* add,
              float* y, Scratch& scratch) {
  Output output = {tensor_pixels(y, conv.width, conv.shape.out_channels, conv.out_simd),
                   0,
                   conv.height,
                   conv.width,
                   conv.shape.out_channels,
                   add};
  output.y_image = output.image_floats();
  run(conv, x, images, packed, output, scratch);
}

void convolve_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed_mirrored,
                   const Gate& gate, const Frame& dz, Scratch& scratch) {
  const Output output = {
      dz.pixels(0), dz.image(), conv.shape.height, conv.shape.width, conv.shape.in_channels, nullptr, &gate};
  if (conv.shape.stride == 1)
    run(mirrored(conv), dy, images, packed_mirrored, output, scratch);
  else
    direct_convolve_back(conv, dy, images, packed_mirrored, output, scratch);
}

int64_t fetches(const Conv& conv, int64_t images) {
  return winograd(conv) ? strips(conv, images) * frequencies(conv.algorithm) : 0;
}

int64_t gradient_floats(const Conv& conv) { return packed_floats(conv); }

void add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images, float* sums,
                         Scratch& scratch) {
  if (winograd(conv))
    winograd_add_weight_gradient(conv, x, dy, images, sums, scratch);
  else
    direct_add_weight_gradient(conv, x, dy, images, sums);
}

void unpack_weight_gradient(const Conv& conv, const float* sums, float* gradient, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  const Slabs slabs = tap_slabs(conv);
  const float* taps = sums;
  if (winograd(conv)) {
    float* converted = scratch.take(slabs.floats());
    winograd_to_taps(conv, sums, converted);
    taps = converted;
  }
  for_channels(conv, slabs, [&](int out, int in, int64_t first) {
    float* to = gradient + weight_index(conv, out, in, 0);
    for_taps(conv, slabs, first, [&](int tap, int64_t place) { to[tap] = taps[place]; });
  });
}

}  // namespace ttt::cpu
