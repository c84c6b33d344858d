#include "kernels/cpu/conv/conv.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/taps.h"
#include "kernels/cpu/isa.h"

namespace ttt::cpu {
namespace {

bool direct(const Conv& conv) { return conv.algorithm == ConvAlgorithm::direct; }
bool polyphase(const Conv& conv) { return !direct(conv) && conv.shape.stride == 2; }

/// With stride 2, a tile takes as long as 12 of its 16 outputs do directly.
bool polyphase_pays(const Conv& conv) {
  const int64_t tiles = static_cast<int64_t>((conv.height + 3) / 4) * ((conv.width + 3) / 4);
  return conv.algorithm == ConvAlgorithm::winograd4 && !conv.thin() &&
         12 * tiles <= static_cast<int64_t>(conv.height) * conv.width;
}

/// Rows or columns of a frame: whole tiles of that many, and a border.
int framed(int size, int tile) { return (size + tile - 1) / tile * tile + 2; }

Frame take_frame(int height, int width, int tile, int slices, int simd, int64_t images, Scratch& scratch) {
  Frame frame = {nullptr, slices, framed(height, tile), framed(width, tile), simd};
  frame.data = scratch.take(images * frame.image());
  std::fill_n(frame.data, images * frame.image(), 0.0f);
  return frame;
}

/// Channels of a slab, four or all there are, that begin at `place`, and where in `weights` [out, in, 3, 3]
/// their taps are.
struct Channels {
  int count;
  int64_t place;  // of the first tap
  int64_t first;  // index of the first channel's first tap
};

/// Calls f(channels) for all of a convolution's; a channel of slab lies `lane` weights from the next
/// one, one of depth `depth`.
template <class F>
void for_channels(const Conv& conv, const Slabs& slabs, int64_t lane, int64_t depth, F&& f) {
  const int count = std::min(4, slabs.panel_floats);
  for (int panel = 0; panel < slabs.panels; ++panel)
    for (int in = 0; in < conv.shape.in_channels; ++in)
      for (int l = 0; l < slabs.panel_floats; l += count)
        f(Channels{count, panel * slabs.panel() + static_cast<int64_t>(in) * slabs.panel_floats + l,
                   (panel * slabs.panel_floats + l) * lane + in * depth});
}

/// Floats from the first tap of a slab to each of the nine.
std::array<int64_t, 9> tap_places(const Conv& conv, const Slabs& slabs, bool turned) {
  const int64_t across =
      conv.thin() ? static_cast<int64_t>(conv.shape.in_channels) * slabs.panel_floats : slabs.slab();
  const int64_t down = conv.thin() ? slabs.slab() : 3 * across;
  std::array<int64_t, 9> places;
  for (int tap = 0; tap < 9; ++tap) places[turned ? 8 - tap : tap] = tap / 3 * down + tap % 3 * across;
  return places;
}

/// Packs weights: see for_channels and tap_places.
void pack(const Conv& conv, const float* weights, int64_t lane, int64_t depth, bool turned, float* packed,
          Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  const Slabs slabs = tap_slabs(conv);
  const std::array<int64_t, 9> places = tap_places(conv, slabs, turned);
  float* taps = direct(conv) ? packed : scratch.take(slabs.floats());
  for_channels(conv, slabs, lane, depth,
               [&](Channels c) { gather_taps(weights + c.first, lane, c.count, taps + c.place, places); });
  if (direct(conv)) return;
  (polyphase(conv) ? polyphase_from_taps : winograd_from_taps)(conv, taps, packed);
}

void run(const Conv& conv, const Frame& x, int64_t images, const float* packed, const Output& output,
         Scratch& scratch) {
  const auto algorithm = direct(conv)      ? direct_convolve
                         : polyphase(conv) ? polyphase_convolve
                                           : winograd_convolve;
  algorithm(conv, x, images, packed, output, scratch);
}

}  // namespace

Conv make_conv(const ConvShape& shape, ConvAlgorithm algorithm) {
  assert(shape.stride == 1 || shape.stride == 2);
  Conv conv = {shape, algorithm, strided(shape.height, shape.stride), strided(shape.width, shape.stride),
               0,     0};
  conv.in_simd = conv.thin() ? shape.in_channels : vector_floats(shape.in_channels);
  conv.out_simd = vector_floats(shape.out_channels);
  const bool fast = conv.in_simd == conv.out_simd && (shape.stride == 1 || polyphase_pays(conv));
  if (!fast) conv.algorithm = ConvAlgorithm::direct;
  return conv;
}

Conv mirrored(const Conv& conv) {
  Conv back = conv;
  std::swap(back.shape.in_channels, back.shape.out_channels);
  std::swap(back.in_simd, back.out_simd);
  return back;
}

Frame take_input_frame(const Conv& conv, int64_t images, Scratch& scratch) {
  const int tile = direct(conv) ? 1 : tile_side(conv.algorithm) * conv.shape.stride;
  return take_frame(conv.shape.height, conv.shape.width, tile, conv.in_slices(), conv.in_simd, images,
                    scratch);
}

Frame take_output_frame(const Conv& conv, int64_t images, Scratch& scratch) {
  const int tile = direct(conv) ? 1 : tile_side(conv.algorithm);
  return take_frame(conv.height, conv.width, tile, conv.out_slices(), conv.out_simd, images, scratch);
}

int64_t packed_floats(const Conv& conv) {
  return direct(conv) ? tap_slabs(conv).floats() : frequency_slabs(conv).floats();
}

void pack_weights(const Conv& conv, const float* weights, float* packed, Scratch& scratch) {
  pack(conv, weights, 9 * conv.shape.in_channels, 9, false, packed, scratch);
}

void pack_mirrored_weights(const Conv& conv, const float* weights, float* packed, Scratch& scratch) {
  const bool turned = !direct(conv) || conv.shape.stride == 1;  // direct_convolve_back picks taps one by one
  pack(mirrored(conv), weights, 9, 9 * conv.shape.in_channels, turned, packed, scratch);
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
  else if (polyphase(conv))
    polyphase_convolve_back(conv, dy, images, packed_mirrored, output, scratch);
  else
    direct_convolve_back(conv, dy, images, packed_mirrored, output, scratch);
}

int64_t fetches(const Conv& conv, int64_t images) {
  if (direct(conv)) return 0;
  return strips(conv, images) * (polyphase(conv) ? kPhaseProducts : frequencies(conv.algorithm));
}

int64_t gradient_floats(const Conv& conv) { return packed_floats(conv); }

void add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images, float* sums,
                         Scratch& scratch) {
  if (direct(conv))
    direct_add_weight_gradient(conv, x, dy, images, sums);
  else if (polyphase(conv))
    polyphase_add_weight_gradient(conv, x, dy, images, sums, scratch);
  else
    winograd_add_weight_gradient(conv, x, dy, images, sums, scratch);
}

void unpack_weight_gradient(const Conv& conv, const float* sums, float* gradient, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  const Slabs slabs = tap_slabs(conv);
  const float* taps = sums;
  if (!direct(conv)) {
    float* converted = scratch.take(slabs.floats());
    (polyphase(conv) ? polyphase_to_taps : winograd_to_taps)(conv, sums, converted);
    taps = converted;
  }
  const int64_t lane = 9 * conv.shape.in_channels;
  const std::array<int64_t, 9> places = tap_places(conv, slabs, false);
  for_channels(conv, slabs, lane, 9,
               [&](Channels c) { scatter_taps(taps + c.place, places, c.count, gradient + c.first, lane); });
}

}  // namespace ttt::cpu
