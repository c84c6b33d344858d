#pragma once
#include <cstdint>
#include <vector>

#include "kernels/draw.h"

namespace ttt {

/// A smooth random field LF(grid) [height, width]: grid x grid standard normals at the corners of equal
/// cells, bilinear between them, the outer ones on the outermost pixel centres. Takes normals first .. first
/// + grid^2 - 1.
std::vector<float> low_frequency(int height, int width, int grid, const Draw& draw, uint32_t first);

}  // namespace ttt
