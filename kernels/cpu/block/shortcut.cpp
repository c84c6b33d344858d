#include "kernels/cpu/block/shortcut.h"

#include <algorithm>

// A few additions a pixel, twice in a network: plain loops. At an odd size the last row or column stands in
// for the one it lacks, which leaves the mean what it is, to the bit.

namespace ttt::cpu {

void pooled_shortcut(const BlockShape& shape, const float* x, float* y) {
  const int64_t pixel = shape.in_channels, row = pixel * shape.width;
  for (int i = 0; i < shape.out_height(); ++i)
    for (int j = 0; j < shape.out_width(); ++j, y += shape.out_channels) {
      const float* from = x + 2 * i * row + 2 * j * pixel;
      const int64_t down = 2 * i + 1 < shape.height ? row : 0, right = 2 * j + 1 < shape.width ? pixel : 0;
      for (int c = 0; c < shape.in_channels; ++c)
        y[c] = 0.25f * ((from[c] + from[c + right]) + (from[c + down] + from[c + down + right]));
      std::fill(y + shape.in_channels, y + shape.out_channels, 0.0f);
    }
}

void pooled_shortcut_gradient(const BlockShape& shape, const float* dy, float* dx) {
  const int64_t out_row = static_cast<int64_t>(shape.out_width()) * shape.out_channels;
  const auto share = [](int at, int size) { return (at ^ 1) < size ? 0.5f : 1.0f; };
  for (int i = 0; i < shape.height; ++i)
    for (int j = 0; j < shape.width; ++j, dx += shape.in_channels) {
      const float* from = dy + i / 2 * out_row + static_cast<int64_t>(j / 2) * shape.out_channels;
      const float factor = share(i, shape.height) * share(j, shape.width);
      for (int c = 0; c < shape.in_channels; ++c) dx[c] = factor * from[c];
    }
}

}  // namespace ttt::cpu
