#include "kernels/shifts/weather.h"

#include <algorithm>
#include <bit>

#include "kernels/low_frequency.h"
#include "kernels/shifts/blur.h"
#include "kernels/shifts/colour.h"
#include "kernels/shifts/frost_texture.h"
#include "kernels/shifts/pixelwise.h"
#include "kernels/shifts/plasma.h"
#include "kernels/shifts/resample.h"

namespace ttt {
namespace {

/// Flakes [H, W, 1] before their twin is added.
Image flakes(int height, int width, const Snow& snow, const Draw& draw) {
  Image layer = blank(height, width, 1);
  for (uint32_t i = 0; i < layer.pixels.size(); ++i)
    layer.pixels[i] = static_cast<float>(snow.mean + snow.deviation * draw.normal(i));
  layer =
      map_values(zoom_in(layer, snow.zoom), [&](double x, uint32_t) { return x < snow.threshold ? 0.0 : x; });
  const double wind = draw.uniform(2 * static_cast<uint32_t>(height * width), -135, -45);
  return motion_blur(layer, {snow.blur_radius, snow.blur_sigma}, wind);
}

}  // namespace

Image fog(const Image& image, const Fog& fog, const Draw& draw) {
  const auto side =
      static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::max(image.height, image.width))));
  const std::vector<double> map = plasma(side, fog.decay, draw);
  const double brightest = *std::max_element(image.pixels.begin(), image.pixels.end());
  const double scale = brightest / (brightest + fog.strength);
  return map_places(image, [&](double value, int y, int x, int) {
    return (value + fog.strength * map[static_cast<size_t>(y) * side + x]) * scale;
  });
}

Image haze(const Image& image, double weight, const Draw& draw) {
  const std::vector<float> coarse = low_frequency(image.height, image.width, 3, draw, 0);
  const std::vector<float> middle = low_frequency(image.height, image.width, 6, draw, 9);
  const std::vector<float> fine = low_frequency(image.height, image.width, 11, draw, 9 + 36);
  std::vector<double> field(coarse.size());
  for (size_t i = 0; i < field.size(); ++i) field[i] = 0.5 * coarse[i] + 0.3 * middle[i] + 0.2 * fine[i];
  const auto [low, high] = std::minmax_element(field.begin(), field.end());
  return map_places(image, [&](double value, int y, int x, int) {
    const double f = (field[static_cast<size_t>(y) * image.width + x] - *low) / (*high - *low);
    return (1 - weight) * value + weight * (0.3 + 0.7 * f);
  });
}

Image snow(const Image& image, const Snow& snow, const Draw& draw) {
  const Image layer = flakes(image.height, image.width, snow, draw);
  return map_places(image, [&](double value, int y, int x, int) {
    const double whitened = std::max(value, luma(colour_at(image, y, x)) * 1.5 + 0.5);
    const double twin = layer.at(image.height - 1 - y, image.width - 1 - x, 0);
    return snow.mix * value + (1 - snow.mix) * whitened + layer.at(y, x, 0) + twin;
  });
}

Image frost(const Image& image, const Frost& frost, const Draw& draw) {
  const Image texture = frost_texture(image.height, image.width, draw);
  return map_places(image, [&](double value, int y, int x, int c) {
    return frost.image_weight * value +
           frost.frost_weight * channel_of(colour_at(texture, y, x), c, image.channels);
  });
}

}  // namespace ttt
