#include "kernels/shifts/blur.h"
#include "kernels/shifts/digital.h"
#include "kernels/shifts/noise.h"
#include "kernels/shifts/patterns.h"
#include "kernels/shifts/tables.h"
#include "kernels/shifts/tone.h"
#include "kernels/shifts/weather.h"

// The shifts of the built-in glyph set, made for 32 x 32 images. Their strengths were chosen from the
// accuracy of unadapted models alone. The first nine are reported on, the last five are for tuning.

namespace ttt {
namespace {

constexpr double gauss_sigma = .45;
constexpr double impulse_amount = .3;
constexpr double defocus_radius = 5.0249;  // radius^2 = 25.25: the 81 places with a^2 + b^2 <= 25
constexpr int motion_taps = 9;             // pixels
constexpr int block_side = 4;              // pixels
constexpr double fog_weight = .55;
constexpr double light_added = .65;
constexpr double contrast_factor = .07;
constexpr double texture_amplitude = .4;
constexpr int texture_grid = 9;
constexpr double dark_factor = .15;
constexpr double speckle_sigma = 1.2;
constexpr double stripe_amplitude = .25;
constexpr double stripe_frequency = 1.2;  // radians a pixel
constexpr double ramp_amplitude = .25;

Image gauss(const Image& x, int, const Draw& d) { return gaussian_noise(x, gauss_sigma, d); }
Image impulse(const Image& x, int, const Draw& d) { return impulse_noise(x, impulse_amount, d); }
Image defocus(const Image& x, int, const Draw&) { return disk_blur(x, defocus_radius); }
Image motion(const Image& x, int, const Draw& d) { return box_motion(x, motion_taps, d); }
Image blocks(const Image& x, int, const Draw&) { return block_means(x, block_side); }
Image fog_over(const Image& x, int, const Draw& d) { return haze(x, fog_weight, d); }
Image bright(const Image& x, int, const Draw&) { return affine_tone(x, 1, light_added); }
Image flat(const Image& x, int, const Draw&) { return contrast(x, contrast_factor); }
Image invert(const Image& x, int, const Draw&) { return affine_tone(x, -1, 1); }
Image texture(const Image& x, int, const Draw& d) {
  return add_texture(x, texture_amplitude, texture_grid, d);
}
Image dark(const Image& x, int, const Draw&) { return affine_tone(x, dark_factor, 0); }
Image speckle(const Image& x, int, const Draw& d) { return speckle_noise(x, speckle_sigma, d); }
Image stripes(const Image& x, int, const Draw& d) {
  return add_stripes(x, stripe_amplitude, stripe_frequency, d);
}
Image gradient(const Image& x, int, const Draw& d) { return add_gradient(x, ramp_amplitude, d); }

}  // namespace

std::vector<Shift> glyph_shifts() {
  return {
      {"glyph_gauss", "normal noise, sigma .45", gauss},
      {"glyph_impulse", "30 % of values black or white", impulse},
      {"glyph_defocus", "disk of radius 5 pixels", defocus},
      {"glyph_motion", "mean of 9 pixels in a row or a column", motion},
      {"glyph_pixelate", "means of 4 x 4 blocks", blocks},
      {"glyph_fog", "smooth bright haze, weight .55", fog_over},
      {"glyph_bright", "+ .65", bright},
      {"glyph_contrast", "deviations from the channel means x .07", flat},
      {"glyph_invert", "1 - x", invert},
      {"glyph_texture", "smooth coloured noise (tuning)", texture},
      {"glyph_dark", "x .15 (tuning)", dark},
      {"glyph_speckle", "noise in proportion to the value, sigma 1.2 (tuning)", speckle},
      {"glyph_stripes", "sine stripes in a random direction (tuning)", stripes},
      {"glyph_gradient", "linear ramp in a random direction (tuning)", gradient},
  };
}

}  // namespace ttt
