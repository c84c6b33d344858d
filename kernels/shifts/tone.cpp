#include "kernels/shifts/tone.h"

#include <vector>

#include "kernels/shifts/colour.h"
#include "kernels/shifts/pixelwise.h"

namespace ttt {
namespace {

/// f of every pixel's colour in HSV.
template <typename Function>
Image map_hsv(const Image& image, Function f) {
  Image result = image;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const Rgb rgb = to_rgb(f(to_hsv(colour_at(image, y, x))));
      for (int c = 0; c < image.channels; ++c) result.at(y, x, c) = clip(rgb[c]);
    }
  return result;
}

std::vector<double> channel_means(const Image& image) {
  std::vector<double> means(image.channels);
  for (size_t i = 0; i < image.pixels.size(); ++i) means[i % image.channels] += image.pixels[i];
  for (double& mean : means) mean /= image.height * image.width;
  return means;
}

}  // namespace

Image brightness(const Image& image, double amount) {
  return map_hsv(image, [&](Hsv hsv) { return Hsv{hsv[0], hsv[1], clip(hsv[2] + amount)}; });
}

Image saturate(const Image& image, double factor, double offset) {
  if (image.channels == 1) return image;
  return map_hsv(image, [&](Hsv hsv) { return Hsv{hsv[0], clip(hsv[1] * factor + offset), hsv[2]}; });
}

Image contrast(const Image& image, double factor) {
  const std::vector<double> means = channel_means(image);
  return map_places(image,
                    [&](double value, int, int, int c) { return (value - means[c]) * factor + means[c]; });
}

Image affine_tone(const Image& image, double factor, double offset) {
  return map_values(image, [&](double x, uint32_t) { return factor * x + offset; });
}

}  // namespace ttt
