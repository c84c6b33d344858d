#include "pipeline/sources/glyph_strokes.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace ttt {
namespace {

/// `lines`+1 points on an ellipse about (cx, cy), from angle `from` to angle `to` in degrees, clockwise as
/// seen.
Stroke arc(double cx, double cy, double rx, double ry, double from, double to, int lines) {
  Stroke points;
  for (int i = 0; i <= lines; ++i) {
    const double angle = (from + (to - from) * i / lines) * std::numbers::pi / 180;
    points.push_back({cx + rx * std::cos(angle), cy + ry * std::sin(angle)});
  }
  return points;
}

/// One stroke after another without lifting the pen; a point that both share is kept once.
Stroke operator+(Stroke first, const Stroke& second) {
  const StrokePoint end = first.back(), begin = second.front();
  const bool repeated = std::hypot(end.x - begin.x, end.y - begin.y) < 1e-9;
  first.insert(first.end(), second.begin() + (repeated ? 1 : 0), second.end());
  return first;
}

std::vector<std::vector<Stroke>> all_strokes() {
  const Stroke bowl =
      Stroke{{-.5, 1}, {-.5, -1}, {.05, -1}} + arc(.05, -.45, .5, .55, -90, 90, 5) + Stroke{{-.5, .1}};
  return {
      {{{-.65, 1}, {0, -1}, {.65, 1}}, {{-.4, .3}, {.4, .3}}},                   // A
      {{{-.5, 1}, {-.5, -1}, {.6, -1}}, {{-.5, -.05}, {.35, -.05}}},             // F
      {arc(0, 0, .65, 1, -50, -360, 8) + Stroke{{.05, 0}}},                      // G
      {Stroke{{.45, -1}, {.45, .4}} + arc(-.05, .4, .5, .6, 0, 180, 5)},         // J
      {{{-.5, -1}, {-.5, 1}}, {{.6, -1}, {-.5, .15}}, {{-.15, -.2}, {.65, 1}}},  // K
      {bowl},                                                                    // P
      {bowl, {{0, .1}, {.6, 1}}},                                                // R
      {{{-.7, -1}, {.7, -1}}, {{0, -1}, {0, 1}}},                                // T
      {{{-.65, -1}, {0, 0}, {.65, -1}}, {{0, 0}, {0, 1}}},                       // Y
      {{{.3, 1}, {.3, -1}, {-.65, .35}, {.7, .35}}},                             // 4
  };
}

}  // namespace

const std::array<std::string, glyph_classes>& glyph_names() {
  static const std::array<std::string, glyph_classes> names = {"A", "F", "G", "J", "K",
                                                               "P", "R", "T", "Y", "4"};
  return names;
}

const std::vector<Stroke>& glyph_strokes(int glyph) {
  assert(0 <= glyph && glyph < glyph_classes);
  static const std::vector<std::vector<Stroke>> strokes = all_strokes();
  return strokes[glyph];
}

}  // namespace ttt
