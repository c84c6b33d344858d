#include "kernels/shifts/patterns.h"

#include <cmath>

#include "kernels/low_frequency.h"
#include "kernels/shifts/pixelwise.h"

namespace ttt {
namespace {

constexpr double two_pi = 6.283185307179586;

}  // namespace

Image add_texture(const Image& image, double amplitude, int grid, const Draw& draw) {
  std::vector<std::vector<float>> fields;
  for (int c = 0; c < image.channels; ++c)
    fields.push_back(
        low_frequency(image.height, image.width, grid, draw, static_cast<uint32_t>(c * grid * grid)));
  return map_places(image, [&](double value, int y, int x, int c) {
    return value + amplitude * fields[c][static_cast<size_t>(y) * image.width + x];
  });
}

Image add_stripes(const Image& image, double amplitude, double frequency, const Draw& draw) {
  const double angle = draw.uniform(0, 0, two_pi), phase = draw.uniform(1, 0, two_pi);
  const double along_x = frequency * std::cos(angle), along_y = frequency * std::sin(angle);
  return map_places(image, [&](double value, int y, int x, int) {
    return value + amplitude * std::sin(along_x * x + along_y * y + phase);
  });
}

Image add_gradient(const Image& image, double amplitude, const Draw& draw) {
  const double angle = draw.uniform(0, 0, two_pi);
  const double along_x = std::cos(angle), along_y = std::sin(angle);
  const double middle_x = (image.width - 1) / 2.0, middle_y = (image.height - 1) / 2.0;
  const double corner = std::abs(along_x) * middle_x + std::abs(along_y) * middle_y;
  return map_places(image, [&](double value, int y, int x, int) {
    return value + amplitude * ((x - middle_x) * along_x + (y - middle_y) * along_y) / corner;
  });
}

}  // namespace ttt
