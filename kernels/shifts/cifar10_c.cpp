#include <array>
#include <cassert>

#include "kernels/shifts/blur.h"
#include "kernels/shifts/digital.h"
#include "kernels/shifts/elastic.h"
#include "kernels/shifts/noise.h"
#include "kernels/shifts/spatter.h"
#include "kernels/shifts/tables.h"
#include "kernels/shifts/tone.h"
#include "kernels/shifts/weather.h"

// The severities of CIFAR-10-C (Hendrycks and Dietterich, ICLR 2019, and the generator published with it).
// What these tables make is our own version of that set: the authors' generator is unseeded, rounds to bytes
// between its steps and uses ImageMagick, OpenCV and photographs of frost. Every departure is named beside
// the function it concerns.

namespace ttt {
namespace {

template <typename Parameters>
using Severities = std::array<Parameters, 5>;

template <typename Parameters>
const Parameters& at(const Severities<Parameters>& table, int severity) {
  assert(severity >= 1 && severity <= 5);
  return table[severity - 1];
}

struct Saturation {
  double factor, offset;
};

constexpr Severities<double> gaussian_sigma{.04, .06, .08, .09, .10};
constexpr Severities<double> shot_photons{500, 250, 100, 75, 50};
constexpr Severities<double> impulse_amount{.01, .02, .03, .05, .07};
constexpr Severities<double> speckle_sigma{.06, .1, .12, .16, .2};
constexpr Severities<double> blur_sigma{.4, .6, .7, .8, 1};
constexpr Severities<Defocus> defocus{{{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}}};
constexpr Severities<Glass> glass{{{.05, 1, 1}, {.25, 1, 1}, {.4, 1, 1}, {.25, 1, 2}, {.4, 1, 2}}};
constexpr Severities<Motion> motion{{{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}}};
constexpr Severities<int> zoom_hundredths{6, 11, 16, 21, 26};
constexpr Severities<Snow> snow_table{{{.1, .2, 1, .6, 8, 3, .95},
                                       {.1, .2, 1, .5, 10, 4, .9},
                                       {.15, .3, 1.75, .55, 10, 4, .9},
                                       {.25, .3, 2.25, .6, 12, 6, .85},
                                       {.3, .3, 1.25, .65, 14, 12, .8}}};
constexpr Severities<Frost> frost_table{{{1, .2}, {1, .3}, {.9, .4}, {.85, .4}, {.75, .45}}};
constexpr Severities<Fog> fog_table{{{.2, 3}, {.5, 3}, {.75, 2.5}, {1, 2}, {1.5, 1.75}}};
constexpr Severities<double> brightness_added{.05, .1, .15, .2, .3};
constexpr Severities<double> contrast_factor{.75, .5, .4, .3, .15};
constexpr Severities<Saturation> saturation{{{.3, 0}, {.1, 0}, {1.5, 0}, {2, .1}, {2.5, .2}}};
constexpr Severities<Elastic> elastic{
    {{0, 0, .08}, {.05, .2, .07}, {.08, .06, .06}, {.1, .04, .05}, {.1, .03, .03}}};
constexpr Severities<double> pixelate_scale{.95, .9, .85, .75, .65};
constexpr Severities<int> jpeg_quality{80, 65, 58, 50, 40};
constexpr auto water = Spatter::Liquid::water, mud = Spatter::Liquid::mud;
constexpr Severities<Spatter> spatter_table{{{.62, .1, .7, .7, .5, water},
                                             {.65, .1, .8, .7, .5, water},
                                             {.65, .3, 1, .69, .5, water},
                                             {.65, .1, .7, .69, .6, mud},
                                             {.65, .1, .5, .68, .6, mud}}};

Image by_gaussian_noise(const Image& x, int s, const Draw& d) {
  return gaussian_noise(x, at(gaussian_sigma, s), d);
}
Image by_shot_noise(const Image& x, int s, const Draw& d) { return shot_noise(x, at(shot_photons, s), d); }
Image by_impulse_noise(const Image& x, int s, const Draw& d) {
  return impulse_noise(x, at(impulse_amount, s), d);
}
Image by_defocus_blur(const Image& x, int s, const Draw&) { return defocus_blur(x, at(defocus, s)); }
Image by_glass_blur(const Image& x, int s, const Draw& d) { return glass_blur(x, at(glass, s), d); }
/// Uniform 0 is the direction, U(-45, 45) degrees.
Image by_motion_blur(const Image& x, int s, const Draw& d) {
  return motion_blur(x, at(motion, s), d.uniform(0, -45, 45));
}
Image by_zoom_blur(const Image& x, int s, const Draw&) { return zoom_blur(x, at(zoom_hundredths, s)); }
Image by_snow(const Image& x, int s, const Draw& d) { return snow(x, at(snow_table, s), d); }
Image by_frost(const Image& x, int s, const Draw& d) { return frost(x, at(frost_table, s), d); }
Image by_fog(const Image& x, int s, const Draw& d) { return fog(x, at(fog_table, s), d); }
Image by_brightness(const Image& x, int s, const Draw&) { return brightness(x, at(brightness_added, s)); }
Image by_contrast(const Image& x, int s, const Draw&) { return contrast(x, at(contrast_factor, s)); }
Image by_elastic(const Image& x, int s, const Draw& d) { return elastic_transform(x, at(elastic, s), d); }
Image by_pixelate(const Image& x, int s, const Draw&) { return pixelate(x, at(pixelate_scale, s)); }
Image by_jpeg(const Image& x, int s, const Draw&) { return jpeg_compression(x, at(jpeg_quality, s)); }
Image by_speckle_noise(const Image& x, int s, const Draw& d) {
  return speckle_noise(x, at(speckle_sigma, s), d);
}
Image by_gaussian_blur(const Image& x, int s, const Draw&) { return gaussian_blur(x, at(blur_sigma, s)); }
Image by_spatter(const Image& x, int s, const Draw& d) { return spatter(x, at(spatter_table, s), d); }
Image by_saturate(const Image& x, int s, const Draw&) {
  return saturate(x, at(saturation, s).factor, at(saturation, s).offset);
}

}  // namespace

std::vector<Shift> cifar10_c_shifts() {
  return {
      {"gaussian_noise", "normal noise on every value", by_gaussian_noise},
      {"shot_noise", "photon counting noise", by_shot_noise},
      {"impulse_noise", "values replaced by black or white", by_impulse_noise},
      {"defocus_blur", "lens out of focus", by_defocus_blur},
      {"glass_blur", "frosted glass: pixels displaced, blurred", by_glass_blur},
      {"motion_blur", "camera moving in a straight line", by_motion_blur},
      {"zoom_blur", "zooming while the shutter is open", by_zoom_blur},
      {"snow", "wind-swept flakes over a whitened scene", by_snow},
      {"frost", "frost on a pane, a drawn texture", by_frost},
      {"fog", "plasma-fractal haze", by_fog},
      {"brightness", "HSV value raised", by_brightness},
      {"contrast", "deviations from the channel means shrunk", by_contrast},
      {"elastic_transform", "random affine map and local stretching", by_elastic},
      {"pixelate", "shrunk and enlarged by the box rule", by_pixelate},
      {"jpeg_compression", "through a JPEG file of low quality", by_jpeg},
      {"speckle_noise", "normal noise in proportion to the value (held out)", by_speckle_noise},
      {"gaussian_blur", "Gaussian blur (held out)", by_gaussian_blur},
      {"spatter", "drops of water or mud on the lens (held out)", by_spatter},
      {"saturate", "HSV saturation changed (held out)", by_saturate},
  };
}

}  // namespace ttt
