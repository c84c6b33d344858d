#pragma once
#include "kernels/cpu/conv/conv.h"

// What conv.cpp puts together: the families of algorithms behind conv.h.

namespace ttt::cpu {

/// Where results go, and what is read beside them: a tensor [images, height, width, channels] that is added,
/// or the gate's x.
struct Output {
  Pixels y;         // the first image's
  int64_t y_image;  // floats from one image to the next
  int height, width, channels;
  const float* add = nullptr;
  const Gate* gate = nullptr;

  int64_t row() const { return static_cast<int64_t>(width) * channels; }
  int64_t image_floats() const { return height * row(); }
  float* at(int64_t image, int slice) const { return y.data + image * y_image + slice * y.slice; }
};

/// Floats from the first pixel of an image of y, and of the tensor beside it.
struct Place {
  int64_t y, beside;
  Place& operator+=(const Place& step) {
    y += step.y;
    beside += step.beside;
    return *this;
  }
};
inline Place place(const Output& output, int y, int x) {
  return {y * output.y.row + x * output.y.column,
          y * output.row() + static_cast<int64_t>(x) * output.channels};
}

/// Output pixels in a side of a Winograd tile: 4 or 2.
inline int tile_side(ConvAlgorithm algorithm) { return algorithm == ConvAlgorithm::winograd4 ? 4 : 2; }
/// Frequencies of a tile's weights: 36 or 16.
inline int frequencies(ConvAlgorithm algorithm) {
  return (tile_side(algorithm) + 2) * (tile_side(algorithm) + 2);
}

/// Products of a tile of 4x4 outputs with stride 2: some of the 36 frequencies' weights serve several.
inline constexpr int kPhaseProducts = 81;

/// Tiles that go through together: rows enough for the products, few enough for the cache.
inline constexpr int kStrip = 16;
inline int64_t strips(const Conv& conv, int64_t images) {
  const int side = tile_side(conv.algorithm);
  const int64_t tiles = images * ((conv.height + side - 1) / side) * ((conv.width + side - 1) / side);
  return (tiles + kStrip - 1) / kStrip;
}

/// Weights and weight gradients of an algorithm lie in slabs, one for every tap (or Winograd frequency) of a
/// panel of output channels: [panels][slabs][depth][panel_floats]. A slab of a thin convolution is a row of
/// three taps: the inputs under them are neighbours. A line of padding keeps slabs out of each other's cache
/// sets.
struct Slabs {
  int panels, slabs, depth, panel_floats;
  int64_t slab() const { return static_cast<int64_t>(depth) * panel_floats + 16; }
  int64_t panel() const { return slabs * slab(); }
  int64_t floats() const { return panels * panel(); }
};
inline Slabs tap_slabs(const Conv& conv) {
  const int merged = conv.thin() ? 3 : 1;
  return {conv.panels(), 9 / merged, conv.shape.in_channels * merged, conv.panel() * conv.out_simd};
}
inline Slabs frequency_slabs(const Conv& conv) {
  return {conv.panels(), frequencies(conv.algorithm), conv.shape.in_channels, conv.panel() * conv.out_simd};
}

void winograd_convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                       const Output& output, Scratch& scratch);
void winograd_add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                                  float* sums, Scratch& scratch);
/// Nine taps to frequencies (G g G^T) and, for gradients, back (its transpose).
void winograd_from_taps(const Conv& conv, const float* taps, float* transformed);
void winograd_to_taps(const Conv& conv, const float* transformed, float* taps);

void polyphase_convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                        const Output& output, Scratch& scratch);
/// Input gradient.
void polyphase_convolve_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed,
                             const Output& output, Scratch& scratch);
void polyphase_add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                                   float* sums, Scratch& scratch);
void polyphase_from_taps(const Conv& conv, const float* taps, float* transformed);
void polyphase_to_taps(const Conv& conv, const float* transformed, float* taps);

void direct_convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                     const Output& output, Scratch& scratch);
/// Input gradient of stride 2.
void direct_convolve_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed,
                          const Output& output, Scratch& scratch);
void direct_add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                                float* sums);

}  // namespace ttt::cpu
