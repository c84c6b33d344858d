#pragma once
#include <cstdint>

#include "kernels/image.h"

namespace ttt {

/// The value clipped to [0, 1].
inline float clip(double value) { return value <= 0 ? 0.0f : value >= 1 ? 1.0f : static_cast<float>(value); }

/// f(value, i) of every value of the image, clipped; i counts values row-major, channels last.
template <typename Function>
Image map_values(const Image& image, Function f) {
  Image result = image;
  for (uint32_t i = 0; i < result.pixels.size(); ++i) result.pixels[i] = clip(f(image.pixels[i], i));
  return result;
}

/// Every value clipped.
inline Image clipped(const Image& image) {
  return map_values(image, [](double x, uint32_t) { return x; });
}

/// f(value, y, x, c) of every value of the image, clipped.
template <typename Function>
Image map_places(const Image& image, Function f) {
  Image result = image;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      for (int c = 0; c < image.channels; ++c) result.at(y, x, c) = clip(f(image.at(y, x, c), y, x, c));
  return result;
}

/// An image of that size, all zero.
inline Image blank(int height, int width, int channels) {
  return {height, width, channels, std::vector<float>(static_cast<size_t>(height) * width * channels)};
}

}  // namespace ttt
