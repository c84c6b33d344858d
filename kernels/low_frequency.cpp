#include "kernels/low_frequency.h"

#include <algorithm>
#include <cassert>

namespace ttt {
namespace {

/// Where pixel i of `size` falls between `grid` knots: the knot before it and the weight of the one after.
struct Between {
  int knot;
  double weight;
};

Between between(int i, int size, int grid) {
  const double position = size > 1 ? static_cast<double>(i) * (grid - 1) / (size - 1) : 0.0;
  const int knot = std::min(static_cast<int>(position), grid - 2);
  return {knot, position - knot};
}

}  // namespace

std::vector<float> low_frequency(int height, int width, int grid, const Draw& draw, uint32_t first) {
  assert(height > 0 && width > 0 && grid >= 2);
  std::vector<double> knots(static_cast<size_t>(grid) * grid);
  for (uint32_t i = 0; i < knots.size(); ++i) knots[i] = draw.normal(first + i);

  std::vector<float> field;
  field.reserve(static_cast<size_t>(height) * width);
  for (int y = 0; y < height; ++y) {
    const auto [row, down] = between(y, height, grid);
    for (int x = 0; x < width; ++x) {
      const auto [column, right] = between(x, width, grid);
      const double* corner = &knots[static_cast<size_t>(row) * grid + column];
      const double upper = corner[0] * (1 - right) + corner[1] * right;
      const double lower = corner[grid] * (1 - right) + corner[grid + 1] * right;
      field.push_back(static_cast<float>(upper * (1 - down) + lower * down));
    }
  }
  return field;
}

}  // namespace ttt
