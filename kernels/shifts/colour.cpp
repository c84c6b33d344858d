#include "kernels/shifts/colour.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ttt {

Hsv to_hsv(const Rgb& rgb) {
  const auto [red, green, blue] = rgb;
  const double value = std::max({red, green, blue});
  const double chroma = value - std::min({red, green, blue});
  if (chroma <= 0) return {0, 0, value};
  double sextant = 0;
  if (value == red)
    sextant = (green - blue) / chroma;
  else if (value == green)
    sextant = (blue - red) / chroma + 2;
  else
    sextant = (red - green) / chroma + 4;
  return {sextant / 6, chroma / value, value};
}

Rgb to_rgb(const Hsv& hsv) {
  const auto [hue, saturation, value] = hsv;
  // A primary is full within a sixth of a turn of its hue, gone beyond a third, linear between.
  const auto channel = [&](double centre) {
    const double sextants = std::abs(std::remainder(hue - centre, 1.0)) * 6;
    const double presence = std::clamp(2 - sextants, 0.0, 1.0);
    return value * (1 - saturation * (1 - presence));
  };
  return {channel(0.0), channel(1.0 / 3), channel(2.0 / 3)};
}

double luma(const Rgb& rgb) { return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]; }

Rgb colour_at(const Image& image, int y, int x) {
  assert(image.channels == 1 || image.channels == 3);
  if (image.channels == 1) return {image.at(y, x, 0), image.at(y, x, 0), image.at(y, x, 0)};
  return {image.at(y, x, 0), image.at(y, x, 1), image.at(y, x, 2)};
}

double channel_of(const Rgb& rgb, int c, int channels) { return channels == 1 ? luma(rgb) : rgb[c]; }

}  // namespace ttt
