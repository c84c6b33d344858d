#include "kernels/low_frequency.h"

#include <gtest/gtest.h>

namespace ttt {
namespace {

TEST(LowFrequency, HasItsKnotsAtTheCornersOfEqualCells) {
  const Draw draw(1, Purpose::glyph, 2);
  const int cell_height = 4, cell_width = 7, grid = 5;
  const int height = (grid - 1) * cell_height + 1, width = (grid - 1) * cell_width + 1;
  const std::vector<float> field = low_frequency(height, width, grid, draw, 30);
  for (int i = 0; i < grid; ++i)
    for (int j = 0; j < grid; ++j)
      EXPECT_FLOAT_EQ(field[i * cell_height * width + j * cell_width],
                      static_cast<float>(draw.normal(30 + i * grid + j)));
}

TEST(LowFrequency, IsBilinearBetweenThem) {
  const Draw draw(1, Purpose::glyph, 3);
  const int side = 9;
  const std::vector<float> field = low_frequency(side, side, 2, draw, 0);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double v = y / 8.0, u = x / 8.0;
      const double expected = (1 - v) * ((1 - u) * draw.normal(0) + u * draw.normal(1)) +
                              v * ((1 - u) * draw.normal(2) + u * draw.normal(3));
      EXPECT_NEAR(field[y * side + x], expected, 1e-6);
    }
}

TEST(LowFrequency, TakesAnySize) {
  const Draw draw(1, Purpose::glyph, 4);
  EXPECT_EQ(low_frequency(1, 1, 3, draw, 0), std::vector<float>{static_cast<float>(draw.normal(0))});
  EXPECT_EQ(low_frequency(5, 31, 11, draw, 0).size(), 155u);
}

}  // namespace
}  // namespace ttt
