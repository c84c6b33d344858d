#include "kernels/image.h"

#include <cassert>

namespace ttt {
namespace {

/// Truncates as numpy's astype(uint8) does; not-a-number, which no shift makes, becomes 0.
uint8_t to_byte(float value) {
  if (!(value > 0)) return 0;
  if (value >= 1) return 255;
  return static_cast<uint8_t>(value * 255.0f);
}

}  // namespace

Image to_image(const uint8_t* bytes, int height, int width, int channels) {
  assert(height >= 0 && width >= 0 && channels >= 0);
  Image image{height, width, channels, std::vector<float>(static_cast<size_t>(height) * width * channels)};
  for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<float>(bytes[i]) / 255.0f;
  return image;
}

std::vector<uint8_t> to_bytes(const Image& image) {
  std::vector<uint8_t> bytes(image.pixels.size());
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = to_byte(image.pixels[i]);
  return bytes;
}

}  // namespace ttt
