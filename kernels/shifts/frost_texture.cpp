#include "kernels/shifts/frost_texture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/low_frequency.h"
#include "kernels/shifts/pixelwise.h"

namespace ttt {
namespace {

constexpr std::array<int, 3> hoar_grids{4, 8, 16};
constexpr uint32_t crystal_draws = 2 * (4 * 4 + 8 * 8 + 16 * 16);  // after the hoar's normals
constexpr int crystals = 8;
constexpr std::array<double, 3> tint{0.88, 0.94, 1.0};
constexpr double third_of_pi = 1.0471975511965976;

struct Point {
  double y, x;
};

/// A needle or a branch: length, and place of a point, in units of the image's shorter side.
struct Segment {
  Point from, direction;
  double length;

  Point at(double t) const { return {from.y + t * direction.y, from.x + t * direction.x}; }
};

Segment segment(Point from, double angle, double length) {
  return {from, {std::sin(angle), std::cos(angle)}, length};
}

/// A needle and, on both sides at a regular pitch, branches that shorten towards its tip.
std::vector<Segment> feather(const Draw& draw, uint32_t first) {
  const Point root{draw.uniform(first, -0.1, 1.1), draw.uniform(first + 1, -0.1, 1.1)};
  const double angle = draw.uniform(first + 2, 0, 6 * third_of_pi);
  const Segment needle = segment(root, angle, draw.uniform(first + 3, 0.4, 1.0));
  const double pitch = draw.uniform(first + 4, 0.08, 0.16);
  std::vector<Segment> segments{needle};
  for (double t = pitch; t < needle.length; t += pitch)
    for (double turn : {-third_of_pi, third_of_pi})
      segments.push_back(segment(needle.at(t), angle + turn, 0.35 * (needle.length - t)));
  return segments;
}

std::vector<Segment> feathers(const Draw& draw) {
  std::vector<Segment> all;
  for (uint32_t i = 0; i < crystals; ++i) {
    const std::vector<Segment> one = feather(draw, crystal_draws + 5 * i);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

double squared_distance(Point p, const Segment& segment) {
  const double dy = p.y - segment.from.y, dx = p.x - segment.from.x;
  const double t = std::clamp(dy * segment.direction.y + dx * segment.direction.x, 0.0, segment.length);
  const Point nearest = segment.at(t);
  return (p.y - nearest.y) * (p.y - nearest.y) + (p.x - nearest.x) * (p.x - nearest.x);
}

/// Bright where smooth noise crosses zero: finer noise counts half as much as the one before it.
std::vector<double> hoar(int height, int width, const Draw& draw) {
  std::vector<double> sum(static_cast<size_t>(height) * width);
  uint32_t first = 0;
  double weight = 4.0 / 7;
  for (int grid : hoar_grids) {
    const std::vector<float> noise = low_frequency(height, width, grid, draw, first);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += weight * std::exp(-4.0 * std::abs(noise[i]));
    first += static_cast<uint32_t>(grid * grid);
    weight /= 2;
  }
  return sum;
}

}  // namespace

Image frost_texture(int height, int width, const Draw& draw) {
  const std::vector<double> ground = hoar(height, width, draw);
  const std::vector<Segment> crystal_lines = feathers(draw);
  const double side = std::min(height, width);
  const double thickness = 0.6 / side;  // about a pixel

  Image texture = blank(height, width, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double nearest = 1;
      for (const Segment& line : crystal_lines)
        nearest = std::min(nearest, squared_distance({(y + 0.5) / side, (x + 0.5) / side}, line));
      const double glint = std::exp(-0.5 * nearest / (thickness * thickness));
      const double brightness = 0.25 + 0.6 * ground[static_cast<size_t>(y) * width + x] + 0.45 * glint;
      for (int c = 0; c < 3; ++c) texture.at(y, x, c) = clip(brightness * tint[c]);
    }
  return texture;
}

}  // namespace ttt
