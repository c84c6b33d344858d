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

/// A pixel of an image.
struct Pixel {
  int y, x;
};

/// The pixel of the image that the view shows at (y, x), perhaps outside it: undo the turns, the mirror, then
/// the shift.
TTT_HOST_DEVICE inline Pixel source_pixel(const View& view, int height, int width, int y, int x) {
  Pixel p = {y, x};
  if (view.turns == 1) p = {x, width - 1 - y};
  if (view.turns == 2) p = {height - 1 - y, width - 1 - x};
  if (view.turns == 3) p = {height - 1 - x, y};
  return {p.y + view.dy, (view.flip ? width - 1 - p.x : p.x) + view.dx};
}

/// How a network sees pixels: (byte / 255 - mean) / deviation.
struct PixelScale {
  float mean = 0.5f, deviation = 0.5f;
  TTT_HOST_DEVICE float value(uint8_t byte) const {
    return (static_cast<float>(byte) / 255.0f - mean) / deviation;
  }
};

/// The random view (seed, subject, step, view): shifts uniform in [-padding, padding], mirrored with
/// probability 1/2.
TTT_HOST_DEVICE inline View draw_view(const ViewOptions& options, uint64_t seed, uint64_t subject,
                                      uint32_t step, uint32_t view) {
  const Draw draw(seed, Purpose::view_offset, subject, step, view);
  const auto span = static_cast<uint64_t>(2 * options.padding + 1);
  return {.dy = static_cast<int>(draw.below(0, span)) - options.padding,
          .dx = static_cast<int>(draw.below(1, span)) - options.padding,
          .flip = options.flip && draw.below(2, 2) == 1};
}

/// How the views of an adaptation step are drawn.
struct StepViews {
  ViewOptions options;
  uint64_t seed = 1;
  int step = 0;
  bool turned = true;          // by quarter turns
  bool balanced = true;        // view v by v mod 4 of them, else by a drawn number
  bool random_labels = false;  // placebo: labels drawn without looking at the view
};

/// A view and what the rotation task claims about it, a number of quarter turns.
struct LabelledView {
  View view;
  int label;
};

TTT_HOST_DEVICE inline LabelledView draw_labelled_view(const StepViews& o, uint64_t subject, uint32_t view) {
  constexpr uint32_t kinds = 4;  // of turns
  const auto step = static_cast<uint32_t>(o.step);
  const uint32_t turns =
      o.balanced ? view % kinds : Draw(o.seed, Purpose::turn, subject, step, view).below(0, kinds);
  const uint32_t label =
      o.random_labels ? Draw(o.seed, Purpose::random_label, subject, step, view).below(0, kinds) : turns;
  LabelledView drawn = {draw_view(o.options, o.seed, subject, step, view), static_cast<int>(label)};
  if (o.turned) drawn.view.turns = static_cast<int>(turns);
  return drawn;
}

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
