#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

// Patterns added to the image; the glyph set's.

/// + amplitude LF(grid), another field in each channel: normals 0 .. grid^2 - 1 the first, and so on.
Image add_texture(const Image& image, double amplitude, int grid, const Draw& draw);

/// + amplitude sin(frequency (x cos a + y sin a) + phase); frequency in radians a pixel, a and phase U(0, 2
/// pi): uniforms 0 and 1.
Image add_stripes(const Image& image, double amplitude, double frequency, const Draw& draw);

/// + a linear ramp in a random direction (uniform 0) that spans -amplitude .. +amplitude over the image.
Image add_gradient(const Image& image, double amplitude, const Draw& draw);

}  // namespace ttt
