#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/draw.h"
#include "schemas/view_options.h"

namespace ttt {

/// One view of an image: shifted by (dy, dx) pixels, perhaps mirrored left-right, then turned
/// counter-clockwise by quarter turns.
struct View {
  int dy = 0, dx = 0;
  bool flip = false;
  int turns = 0;
  bool operator==(const View&) const = default;
};

/// How a network sees pixels: (byte / 255 - mean) / deviation.
struct PixelScale {
  float mean = 0.5f, deviation = 0.5f;
};

/// The random view (seed, subject, step, view): shifts uniform in [-padding, padding], mirrored with
/// probability 1/2.
View draw_view(const ViewOptions& options, uint64_t seed, uint64_t subject, uint32_t step, uint32_t view);

/// The first `count` of all distinct views in an order drawn for this subject, the plain image first.
std::vector<View> distinct_views(const ViewOptions& options, uint64_t seed, uint64_t subject, int count);

/// An image in memory, bytes [H, W, C].
struct ImageBytes {
  const uint8_t* data = nullptr;
  int height = 0, width = 0, channels = 0;
};

/// Writes every view of `image` to out [V, H, W, C] in one pass. Odd turns need a square image.
void make_views(const ImageBytes& image, std::span<const View> views, PadMode pad, const PixelScale& scale,
                float* out);

}  // namespace ttt
