#pragma once
#include <array>

#include "kernels/image.h"

namespace ttt {

/// Hue in turns (red 0, whole turns count for nothing), saturation and value in [0, 1] (Smith, SIGGRAPH
/// 1978).
using Hsv = std::array<double, 3>;
using Rgb = std::array<double, 3>;

Hsv to_hsv(const Rgb& rgb);
Rgb to_rgb(const Hsv& hsv);

/// Brightness of a colour as an eye weighs it (ITU-R BT.601).
double luma(const Rgb& rgb);

/// The colour of a pixel; grey gives three equal values.
Rgb colour_at(const Image& image, int y, int x);

/// A colour's value in channel c of an image: its luma where there is one channel only.
double channel_of(const Rgb& rgb, int c, int channels);

}  // namespace ttt
