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

/// A needle from `root` along `angle`; lengths in units of the image's shorter side.
struct Crystal {
  Point root;
  double angle, length, branch_pitch;
};

Crystal crystal(const Draw& draw, uint32_t first) {
  return {{draw.uniform(first, -0.1, 1.1), draw.uniform(first + 1, -0.1, 1.1)},
          draw.uniform(first + 2, 0, 6 * third_of_pi),
          draw.uniform(first + 3, 0.4, 1.0),
          draw.uniform(first + 4, 0.08, 0.16)};
}

Point along(Point from, double angle, double distance) {
  return {from.y + distance * std::sin(angle), from.x + distance * std::cos(angle)};
}

double distance_to_segment(Point p, Point from, double angle, double length) {
  const double dy = p.y - from.y, dx = p.x - from.x;
  const double t = std::clamp(dy * std::sin(angle) + dx * std::cos(angle), 0.0, length);
  const Point nearest = along(from, angle, t);
  return std::hypot(p.y - nearest.y, p.x - nearest.x);
}

/// Distance to the needle or to the nearest of its branches, which shorten towards the tip.
double distance_to_crystal(Point p, const Crystal& crystal) {
  double distance = distance_to_segment(p, crystal.root, crystal.angle, crystal.length);
  for (double t = crystal.branch_pitch; t < crystal.length; t += crystal.branch_pitch) {
    const Point fork = along(crystal.root, crystal.angle, t);
    const double length = 0.35 * (crystal.length - t);
    for (double turn : {-third_of_pi, third_of_pi})
      distance = std::min(distance, distance_to_segment(p, fork, crystal.angle + turn, length));
  }
  return distance;
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
  std::array<Crystal, crystals> feathers;
  for (uint32_t i = 0; i < crystals; ++i) feathers[i] = crystal(draw, crystal_draws + 5 * i);
  const double side = std::min(height, width);
  const double thickness = 0.6 / side;  // about a pixel

  Image texture = blank(height, width, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double distance = 1;
      for (const Crystal& feather : feathers)
        distance = std::min(distance, distance_to_crystal({(y + 0.5) / side, (x + 0.5) / side}, feather));
      const double glint = std::exp(-0.5 * distance * distance / (thickness * thickness));
      const double brightness = 0.25 + 0.6 * ground[static_cast<size_t>(y) * width + x] + 0.45 * glint;
      for (int c = 0; c < 3; ++c) texture.at(y, x, c) = clip(brightness * tint[c]);
    }
  return texture;
}

}  // namespace ttt
