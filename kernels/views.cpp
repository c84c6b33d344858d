#include "kernels/views.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace ttt {

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

void make_views(const ImageBytes& image, std::span<const View> views, PadMode pad, const PixelScale& scale,
                float* out) {
  std::array<float, 256> value;
  for (int byte = 0; byte < 256; ++byte) value[byte] = scale.value(static_cast<uint8_t>(byte));
  const int h = image.height, w = image.width, channels = image.channels;
  for (const View& view : views) {
    assert(view.turns % 2 == 0 || h == w);
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        const Pixel from = source_pixel(view, h, w, y, x);
        const bool inside = from.y >= 0 && from.y < h && from.x >= 0 && from.x < w;
        const int sy = std::clamp(from.y, 0, h - 1), sx = std::clamp(from.x, 0, w - 1);
        const uint8_t* pixel = image.data + (static_cast<int64_t>(sy) * w + sx) * channels;
        for (int c = 0; c < channels; ++c) *out++ = value[inside || pad == PadMode::replicate ? pixel[c] : 0];
      }
  }
}

}  // namespace ttt
