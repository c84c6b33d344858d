#include "kernels/views.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace ttt {

View draw_view(const ViewOptions& options, uint64_t seed, uint64_t subject, uint32_t step, uint32_t view) {
  const Draw draw(seed, Purpose::view_offset, subject, step, view);
  const auto span = static_cast<uint64_t>(2 * options.padding + 1);
  return {.dy = static_cast<int>(draw.below(0, span)) - options.padding,
          .dx = static_cast<int>(draw.below(1, span)) - options.padding,
          .flip = options.flip && draw.below(2, 2) == 1};
}

std::vector<View> distinct_views(const ViewOptions& options, uint64_t seed, uint64_t subject, int count) {
  assert(count >= 1 && count <= distinct_views(options));
  std::vector<View> views = {View{}};
  for (int flip = 0; flip <= (options.flip ? 1 : 0); ++flip)
    for (int dy = -options.padding; dy <= options.padding; ++dy)
      for (int dx = -options.padding; dx <= options.padding; ++dx)
        if (const View view{dy, dx, flip == 1}; view != View{}) views.push_back(view);
  // Fisher-Yates behind the plain image, as far as needed.
  const Draw draw(seed, Purpose::vote_order, subject);
  for (int i = 1; i < count; ++i)
    std::swap(views[i], views[i + static_cast<int>(draw.below(static_cast<uint32_t>(i), views.size() - i))]);
  views.resize(count);
  return views;
}

namespace {

/// The source pixel (row, column) of output pixel (y, x): undo the turns, the mirror, then the shift.
std::pair<int, int> source_pixel(const View& view, int height, int width, int y, int x) {
  const std::array<std::pair<int, int>, 4> turned = {
      {{y, x}, {x, width - 1 - y}, {height - 1 - y, width - 1 - x}, {height - 1 - x, y}}};
  const auto [ty, tx] = turned[view.turns];
  return {ty + view.dy, (view.flip ? width - 1 - tx : tx) + view.dx};
}

}  // namespace

void make_views(const ImageBytes& image, std::span<const View> views, PadMode pad, const PixelScale& scale,
                float* out) {
  std::array<float, 256> value;
  for (int byte = 0; byte < 256; ++byte)
    value[byte] = (static_cast<float>(byte) / 255.0f - scale.mean) / scale.deviation;
  const int h = image.height, w = image.width, channels = image.channels;
  for (const View& view : views) {
    assert(view.turns % 2 == 0 || h == w);
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        auto [sy, sx] = source_pixel(view, h, w, y, x);
        const bool inside = sy >= 0 && sy < h && sx >= 0 && sx < w;
        sy = std::clamp(sy, 0, h - 1);
        sx = std::clamp(sx, 0, w - 1);
        const uint8_t* pixel = image.data + (static_cast<int64_t>(sy) * w + sx) * channels;
        for (int c = 0; c < channels; ++c) *out++ = value[inside || pad == PadMode::replicate ? pixel[c] : 0];
      }
  }
}

}  // namespace ttt
