#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

/// Bright haze: a plasma fractal added, the sum scaled back to the image's old maximum.
struct Fog {
  double strength;
  double decay;  // the larger, the smoother
};
Image fog(const Image& image, const Fog& fog, const Draw& draw);

/// The glyph set's fog: weight F + (1 - weight) x with F = .3 + .7 (LF(3)/2 + .3 LF(6) + .2 LF(11) scaled to
/// [0, 1]).
Image haze(const Image& image, double weight, const Draw& draw);

/// Flakes are the bright end of normal noise, enlarged and swept along the wind; every flake layer is used
/// twice, the second time turned by 180 degrees; the scene below is whitened. Normals 0 .. H W - 1 are the
/// noise, uniform 2 H W the wind's angle, U(-135, -45) degrees.
struct Snow {
  double mean, deviation;  // of the noise
  double zoom;
  double threshold;  // darker noise is no flake
  int blur_radius;   // pixels
  double blur_sigma;
  double mix;  // share of the scene that is not whitened
};
Image snow(const Image& image, const Snow& snow, const Draw& draw);

/// image_weight x + frost_weight frost. The authors used photographs; ours is the drawn texture of
/// frost_texture.h.
struct Frost {
  double image_weight, frost_weight;
};
Image frost(const Image& image, const Frost& frost, const Draw& draw);

}  // namespace ttt
