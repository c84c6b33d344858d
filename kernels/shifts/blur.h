#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"
#include "kernels/shifts/filter.h"

namespace ttt {

/// Gaussian of standard deviation sigma, cut at 4 sigma; the border value goes on outside.
Image gaussian_blur(const Image& image, double sigma);

/// The pixel places a^2 + b^2 <= radius^2 with equal weights, softened by a 3 x 3 Gaussian of `alias_sigma`.
Kernel disk_kernel(double radius, double alias_sigma);

/// A lens out of focus: a disk, borders mirrored.
struct Defocus {
  double radius;       // pixels
  double alias_sigma;  // pixels
};
Image defocus_blur(const Image& image, const Defocus& defocus);

/// Mean over a disk of that radius, the glyph set's; the border value goes on outside.
Image disk_blur(const Image& image, double radius);

/// Frosted glass: blur, displace pixels, blur. Pixels move up to `reach` up or left and reach - 1 down or
/// right. The paper speaks of exchanging neighbours; the authors' generator overwrites one of the two before
/// it is read, so their files hold copies, and so does ours. Pass p displaces pixel i by draws 2 (p H W + i)
/// and the next.
struct Glass {
  double sigma;  // pixels
  int reach;     // pixels
  int passes;
};
Image glass_blur(const Image& image, const Glass& glass, const Draw& draw);

/// Camera motion: weights exp(-i^2 / 2 sigma^2) at places i = 0 .. 2 radius on a line, one-sided as
/// ImageMagick's; the border value goes on outside. Angle in degrees, clockwise from the right.
struct Motion {
  int radius;    // pixels
  double sigma;  // pixels
};
Image motion_blur(const Image& image, const Motion& motion, double angle);

/// Mean of `taps` neighbours, an odd number, in a row or a column: below(0) decides.
Image box_motion(const Image& image, int taps, const Draw& draw);

/// Zooming while the shutter is open: mean of the image enlarged by 1, 1.01, ... below 1 + hundredths / 100;
/// the plain image counts once more, as in the authors' generator.
Image zoom_blur(const Image& image, int hundredths);

}  // namespace ttt
