#include "kernels/shifts/noise.h"

#include "kernels/shifts/pixelwise.h"
#include "kernels/shifts/poisson.h"

namespace ttt {

Image gaussian_noise(const Image& image, double sigma, const Draw& draw) {
  return map_values(image, [&](double x, uint32_t i) { return x + sigma * draw.normal(i); });
}

Image shot_noise(const Image& image, double photons, const Draw& draw) {
  return map_values(image, [&](double x, uint32_t i) { return poisson(x * photons, draw, i) / photons; });
}

Image impulse_noise(const Image& image, double amount, const Draw& draw) {
  return map_values(image, [&](double x, uint32_t i) {
    const double u = draw.uniform(i);
    return u < amount / 2 ? 0.0 : u < amount ? 1.0 : x;
  });
}

Image speckle_noise(const Image& image, double sigma, const Draw& draw) {
  return map_values(image, [&](double x, uint32_t i) { return x + x * sigma * draw.normal(i); });
}

}  // namespace ttt
