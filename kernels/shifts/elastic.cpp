#include "kernels/shifts/elastic.h"

#include <algorithm>
#include <array>

#include "kernels/shifts/pixelwise.h"
#include "kernels/shifts/resample.h"

namespace ttt {
namespace {

struct Point {
  double x, y;
};
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }

using Triangle = std::array<Point, 3>;

/// The affine map that takes triangle `from` to triangle `to`.
class AffineMap {
 public:
  AffineMap(const Triangle& from, const Triangle& to) : from_(from), to_(to) {}

  /// By barycentric coordinates.
  Point operator()(Point p) const {
    const Point u = from_[1] - from_[0], v = from_[2] - from_[0], q = p - from_[0];
    const double area = cross(u, v);
    const double b = cross(q, v) / area, c = cross(u, q) / area;
    const Point s = to_[1] - to_[0], t = to_[2] - to_[0];
    return {to_[0].x + b * s.x + c * t.x, to_[0].y + b * s.y + c * t.y};
  }

 private:
  Triangle from_, to_;
};

/// Three corners of a square a third of the image from its middle.
Triangle fixed_points(int height, int width) {
  const double x = width / 2, y = height / 2, reach = std::min(height, width) / 3;
  return {{{x + reach, y + reach}, {x + reach, y - reach}, {x - reach, y - reach}}};
}

Image random_affine(const Image& image, double shift /* pixels */, const Draw& draw) {
  const Triangle points = fixed_points(image.height, image.width);
  Triangle moved = points;
  for (uint32_t i = 0; i < 3; ++i) {
    moved[i].x += draw.uniform(2 * i, -shift, shift);
    moved[i].y += draw.uniform(2 * i + 1, -shift, shift);
  }
  const AffineMap source(moved, points);
  return map_places(image, [&](double, int y, int x, int c) {
    const Point p = source({static_cast<double>(x), static_cast<double>(y)});
    return sample_bilinear(image, p.y, p.x, c, Edge::mirror);
  });
}

/// Displacements in pixels, row-major.
std::vector<float> displacements(const Image& image, double alpha, double sigma, const Draw& draw,
                                 uint32_t first) {
  Image field = blank(image.height, image.width, 1);
  for (uint32_t i = 0; i < field.pixels.size(); ++i)
    field.pixels[i] = static_cast<float>(alpha * draw.uniform(first + i, -1, 1));
  return gaussian_filter(field, sigma, 3, Edge::reflect).pixels;
}

}  // namespace

Image elastic_transform(const Image& image, const Elastic& elastic, const Draw& draw) {
  const int side = std::min(image.height, image.width);
  const Image turned = random_affine(image, elastic.affine * side, draw);
  const double alpha = elastic.alpha * side, sigma = elastic.sigma * side;
  const auto pixels = static_cast<uint32_t>(image.height * image.width);
  const std::vector<float> dy = displacements(image, alpha, sigma, draw, 6);
  const std::vector<float> dx = displacements(image, alpha, sigma, draw, 6 + pixels);
  return map_places(turned, [&](double, int y, int x, int c) {
    const size_t i = static_cast<size_t>(y) * image.width + x;
    return sample_bilinear(turned, y + double{dy[i]}, x + double{dx[i]}, c, Edge::reflect);
  });
}

}  // namespace ttt
