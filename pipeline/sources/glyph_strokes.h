#pragma once
#include <array>
#include <string>
#include <vector>

namespace ttt {

struct StrokePoint {
  double x = 0, y = 0;
};

/// A pen stroke: straight lines from point to point. The box is [-1, 1] x [-1, 1], y down.
using Stroke = std::vector<StrokePoint>;

inline constexpr int glyph_classes = 10;

/// Names of the classes and the strokes of each, undistorted.
const std::array<std::string, glyph_classes>& glyph_names();
const std::vector<Stroke>& glyph_strokes(int glyph);

}  // namespace ttt
