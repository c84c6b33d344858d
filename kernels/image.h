#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ttt {

/// An image in memory: values in [0, 1], row-major [height, width, channels].
struct Image {
  int height = 0, width = 0, channels = 0;
  std::vector<float> pixels;

  float& at(int y, int x, int c) { return pixels[(static_cast<size_t>(y) * width + x) * channels + c]; }
  float at(int y, int x, int c) const { return pixels[(static_cast<size_t>(y) * width + x) * channels + c]; }
  bool operator==(const Image&) const = default;
};

/// From and to stored bytes [H, W, C]: value / 255; back with clipping, truncation as CIFAR-10-C does.
Image to_image(const uint8_t* bytes, int height, int width, int channels);
std::vector<uint8_t> to_bytes(const Image& image);

}  // namespace ttt
