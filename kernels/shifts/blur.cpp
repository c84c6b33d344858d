#include "kernels/shifts/blur.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/shifts/pixelwise.h"
#include "kernels/shifts/resample.h"

namespace ttt {
namespace {

/// The kernel smoothed by a 3 x 3 Gaussian; nothing lies beyond its border.
Kernel softened(const Kernel& kernel, double sigma) {
  const std::vector<double> weights = gaussian_weights(sigma, 1);
  Kernel result{kernel.height, kernel.width, std::vector<double>(kernel.weights.size())};
  for (int y = 1; y + 1 < kernel.height; ++y)
    for (int x = 1; x + 1 < kernel.width; ++x)
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
          result.weights[(y + i - 1) * kernel.width + x + j - 1] +=
              weights[i] * weights[j] * kernel.weights[y * kernel.width + x];
  return result;
}

/// One place of a line of motion, relative to the pixel.
struct Tap {
  int dy, dx;
  double weight;
};

std::vector<Tap> motion_taps(const Motion& motion, double angle) {
  const double radians = angle * 0.017453292519943295;
  std::vector<Tap> taps;
  double sum = 0;
  for (int i = 0; i <= 2 * motion.radius; ++i) {
    const double weight = std::exp(-0.5 * i * i / (motion.sigma * motion.sigma));
    taps.push_back({static_cast<int>(std::ceil(i * std::sin(radians) - 0.5)),
                    static_cast<int>(std::ceil(i * std::cos(radians) - 0.5)), weight});
    sum += weight;
  }
  for (Tap& tap : taps) tap.weight /= sum;
  return taps;
}

/// Every pixel takes over the colour of a neighbour, from the lower right corner to the upper left.
Image displaced(Image image, int reach, const Draw& draw, uint32_t first) {
  const uint32_t choices = 2 * static_cast<uint32_t>(reach);
  for (int y = image.height - reach; y > reach; --y)
    for (int x = image.width - reach; x > reach; --x) {
      const uint32_t place = first + 2 * static_cast<uint32_t>(y * image.width + x);
      const int dy = static_cast<int>(draw.below(place, choices)) - reach;
      const int dx = static_cast<int>(draw.below(place + 1, choices)) - reach;
      for (int c = 0; c < image.channels; ++c) image.at(y, x, c) = image.at(y + dy, x + dx, c);
    }
  return image;
}

}  // namespace

Image gaussian_blur(const Image& image, double sigma) {
  return clipped(gaussian_filter(image, sigma, 4, Edge::nearest));
}

Kernel disk_kernel(double radius, double alias_sigma) {
  const int reach = static_cast<int>(radius);
  const int side = 2 * reach + 3;  // a border of zeros for the softening
  Kernel kernel{side, side, std::vector<double>(static_cast<size_t>(side) * side)};
  double places = 0;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int a = y - reach - 1, b = x - reach - 1;
      if (a * a + b * b > radius * radius) continue;
      kernel.weights[y * side + x] = 1;
      ++places;
    }
  for (double& weight : kernel.weights) weight /= places;
  return softened(kernel, alias_sigma);
}

Image defocus_blur(const Image& image, const Defocus& defocus) {
  return clipped(correlate(image, disk_kernel(defocus.radius, defocus.alias_sigma), Edge::mirror));
}

Image disk_blur(const Image& image, double radius) {
  return clipped(correlate(image, disk_kernel(radius, 0), Edge::nearest));
}

Image glass_blur(const Image& image, const Glass& glass, const Draw& draw) {
  Image result = gaussian_blur(image, glass.sigma);
  const uint32_t draws_a_pass = 2 * static_cast<uint32_t>(image.height * image.width);
  for (int pass = 0; pass < glass.passes; ++pass)
    result = displaced(std::move(result), glass.reach, draw, pass * draws_a_pass);
  return gaussian_blur(result, glass.sigma);
}

Image motion_blur(const Image& image, const Motion& motion, double angle) {
  const std::vector<Tap> taps = motion_taps(motion, angle);
  return map_places(image, [&](double, int y, int x, int c) {
    double sum = 0;
    for (const auto& [dy, dx, weight] : taps)
      sum += weight *
             image.at(std::clamp(y + dy, 0, image.height - 1), std::clamp(x + dx, 0, image.width - 1), c);
    return sum;
  });
}

Image box_motion(const Image& image, int taps, const Draw& draw) {
  const std::vector<double> weights(taps, 1.0 / taps);
  const Kernel kernel = draw.below(0, 2) == 0 ? Kernel{1, taps, weights} : Kernel{taps, 1, weights};
  return clipped(correlate(image, kernel, Edge::nearest));
}

Image zoom_blur(const Image& image, int hundredths) {
  std::vector<double> sum(image.pixels.begin(), image.pixels.end());
  for (int i = 0; i < hundredths; ++i) {
    const Image zoomed = zoom_in(image, 1 + i / 100.0);
    for (size_t p = 0; p < sum.size(); ++p) sum[p] += zoomed.pixels[p];
  }
  return map_values(image, [&](double, uint32_t i) { return sum[i] / (hundredths + 1); });
}

}  // namespace ttt
