#include "pipeline/sources/resized.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace ttt {
namespace {

constexpr int fraction_bits = 22;  // of weights, as Pillow has for 8-bit channels

/// Weights of the pixels of a line that one pixel of the result is made of.
struct Taps {
  int first = 0;
  std::vector<int> weight;  // in units of 2^-fraction_bits
};

/// The triangle filter, widened where the line shrinks.
std::vector<Taps> taps_of(int size, int result) {
  const double scale = static_cast<double>(size) / result, support = std::max(scale, 1.0);
  std::vector<Taps> all;
  for (int i = 0; i < result; ++i) {
    const double center = (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(center - support + 0.5));
    const int end = std::min(size, static_cast<int>(center + support + 0.5));
    std::vector<double> weights;
    double sum = 0;
    for (int at = first; at < end; ++at) {
      const double distance = std::abs((at - center + 0.5) * (1.0 / support));
      weights.push_back(distance < 1 ? 1 - distance : 0);
      sum += weights.back();
    }
    Taps taps{first, {}};
    for (const double weight : weights)
      taps.weight.push_back(
          static_cast<int>(0.5 + (sum != 0 ? weight / sum : weight) * (1 << fraction_bits)));
    all.push_back(std::move(taps));
  }
  return all;
}

uint8_t rounded(int sum) { return static_cast<uint8_t>(std::clamp(sum >> fraction_bits, 0, 255)); }

/// One channel of one pixel: `line` is its first pixel's, `stride` bytes lie between neighbours.
uint8_t weighted(const Taps& taps, const uint8_t* line, int64_t stride) {
  int sum = 1 << (fraction_bits - 1);
  for (size_t i = 0; i < taps.weight.size(); ++i)
    sum += line[(taps.first + static_cast<int64_t>(i)) * stride] * taps.weight[i];
  return rounded(sum);
}

Bitmap widened(const Bitmap& image, int width) {
  Bitmap result{image.height, width, {}};
  const std::vector<Taps> taps = taps_of(image.width, width);
  for (int y = 0; y < image.height; ++y)
    for (const Taps& pixel : taps)
      for (int c = 0; c < 3; ++c)
        result.bytes.push_back(weighted(pixel, image.bytes.data() + int64_t{y} * image.width * 3 + c, 3));
  return result;
}

Bitmap heightened(const Bitmap& image, int height) {
  Bitmap result{height, image.width, {}};
  const int64_t row = int64_t{image.width} * 3;
  for (const Taps& pixel : taps_of(image.height, height))
    for (int64_t at = 0; at < row; ++at)
      result.bytes.push_back(weighted(pixel, image.bytes.data() + at, row));
  return result;
}

}  // namespace

Bitmap resized(const Bitmap& image, int height, int width) {
  Bitmap result = width == image.width ? image : widened(image, width);
  return height == image.height ? result : heightened(result, height);
}

Bitmap cropped(const Bitmap& image, int side) {
  const auto before = [&](int size) { return static_cast<int>(std::nearbyint((size - side) / 2.0)); };
  // torchvision pads a smaller image first, half of what lacks before it.
  const auto start = [&](int size) { return size < side ? -((side - size) / 2) : before(size); };
  const int top = start(image.height), left = start(image.width);
  Bitmap result{side, side, std::vector<uint8_t>(static_cast<size_t>(side) * static_cast<size_t>(side) * 3)};
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int from_y = y + top, from_x = x + left;
      if (from_y < 0 || from_y >= image.height || from_x < 0 || from_x >= image.width) continue;
      std::copy_n(image.bytes.data() + (int64_t{from_y} * image.width + from_x) * 3, 3,
                  result.bytes.data() + (int64_t{y} * side + x) * 3);
    }
  return result;
}

Bitmap fitted(Bitmap image, const ImageFit& fit) {
  if (fit.shorter > 0) {
    // As torchvision: the longer side keeps the shape, rounded down.
    const int least = std::min(image.height, image.width), most = std::max(image.height, image.width);
    const int longer = static_cast<int>(int64_t{fit.shorter} * most / least);
    image = image.height <= image.width ? resized(image, fit.shorter, longer)
                                        : resized(image, longer, fit.shorter);
  }
  return fit.crop > 0 ? cropped(image, fit.crop) : image;
}

}  // namespace ttt
