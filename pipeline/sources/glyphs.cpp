#include "pipeline/sources/glyphs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/draw.h"
#include "kernels/low_frequency.h"
#include "pipeline/sources/glyph_strokes.h"

namespace ttt {
namespace {

constexpr int side = 32;
constexpr int64_t first_test_id = int64_t{1} << 32;

/// Where each random number of an image comes from: uniform draws 0-8, normals from 16 on (a normal is two
/// draws).
namespace index {
constexpr uint32_t turn = 0, scale = 1, aspect = 2, shear = 3, translation = 4, stroke = 6, dark = 7,
                   bright = 8;
constexpr uint32_t warp = 16;        // 2 x 3 normals
constexpr uint32_t background = 22;  // 3 normals, a channel each
constexpr uint32_t foreground = 25;  // 3
constexpr uint32_t texture = 32;     // 3 x 25
constexpr uint32_t noise = 128;      // 32 x 32 x 3
}  // namespace index

/// How the points of one image are displaced: a quadratic warp, a linear map, a translation.
struct Distortion {
  std::array<std::array<double, 3>, 2> warp;    // of (x^2, x y, y^2)
  std::array<std::array<double, 2>, 2> linear;  // rotation x shear
  StrokePoint translation;

  StrokePoint operator()(StrokePoint p) const {
    const std::array<double, 3> quadratic = {p.x * p.x, p.x * p.y, p.y * p.y};
    for (int i = 0; i < 3; ++i) {
      p.x += warp[0][i] * quadratic[i];
      p.y += warp[1][i] * quadratic[i];
    }
    return {linear[0][0] * p.x + linear[0][1] * p.y + translation.x,
            linear[1][0] * p.x + linear[1][1] * p.y + translation.y};
  }
};

Distortion draw_distortion(const Draw& draw) {
  Distortion d;
  for (uint32_t i = 0; i < 6; ++i) d.warp[i / 3][i % 3] = .07 * draw.normal(index::warp + i);
  const double turn = draw.uniform(index::turn, -.25, .25);  // rad
  const double scale = draw.uniform(index::scale, .58, .80);
  const double aspect = std::exp(draw.uniform(index::aspect, -.15, .15));
  const double shear = draw.uniform(index::shear, -.25, .25);
  const double c = std::cos(turn), s = std::sin(turn);
  // Rot(turn) [[scale aspect, scale shear], [0, scale / aspect]]
  d.linear = {{{c * scale * aspect, c * scale * shear - s * scale / aspect},
               {s * scale * aspect, s * scale * shear + c * scale / aspect}}};
  d.translation = {draw.uniform(index::translation, -.15, .15),
                   draw.uniform(index::translation + 1, -.15, .15)};
  return d;
}

/// Distance from p to the line from a to b.
double distance(StrokePoint p, StrokePoint a, StrokePoint b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double along = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  const double x = p.x - a.x - along * dx, y = p.y - a.y - along * dy;
  return std::sqrt(x * x + y * y);
}

double distance(StrokePoint p, const std::vector<Stroke>& strokes) {
  double nearest = 1e9;
  for (const Stroke& stroke : strokes)
    for (size_t i = 1; i < stroke.size(); ++i)
      nearest = std::min(nearest, distance(p, stroke[i - 1], stroke[i]));
  return nearest;
}

/// How much of each pixel the pen covers, in [0, 1]. [32, 32]
std::vector<double> draw_coverage(int glyph, const Draw& draw) {
  const Distortion distortion = draw_distortion(draw);
  std::vector<Stroke> strokes = glyph_strokes(glyph);
  for (Stroke& stroke : strokes)
    for (StrokePoint& point : stroke) point = distortion(point);

  const double half_width = draw.uniform(index::stroke, .07, .13);
  const double pixel = 2.0 / side;
  std::vector<double> coverage;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double d = distance({(x + .5) * pixel - 1, (y + .5) * pixel - 1}, strokes);
      coverage.push_back(std::clamp((half_width - d) / pixel + .5, 0.0, 1.0));
    }
  }
  return coverage;
}

class Glyphs : public ImageSet {
 public:
  Glyphs(uint64_t seed, DataPart part)
      : ImageSet({.height = side,
                  .width = side,
                  .channels = 3,
                  .class_names = {glyph_names().begin(), glyph_names().end()},
                  .source = "glyphs"}),
        seed_(seed),
        first_(part == DataPart::training ? 0 : first_test_id) {}

  int64_t size() const override { return first_test_id; }
  int64_t label(int64_t index) const override { return (first_ + index) % glyph_classes; }
  std::vector<uint8_t> pixels(int64_t index) const override {
    return to_bytes(draw_glyph(seed_, first_ + index));
  }
  bool in_random_order() const override { return true; }

 private:
  uint64_t seed_;
  int64_t first_;
};

}  // namespace

std::unique_ptr<ImageSet> open_glyphs(uint64_t seed, DataPart part) {
  return std::make_unique<Glyphs>(seed, part);
}

Image draw_glyph(uint64_t seed, int64_t id) {
  const Draw draw(seed, Purpose::glyph, static_cast<uint64_t>(id));
  const std::vector<double> coverage = draw_coverage(static_cast<int>(id % glyph_classes), draw);
  const double dark = draw.uniform(index::dark, .1, .45);
  const double bright = dark + draw.uniform(index::bright, .3, .5);

  Image image{side, side, 3, std::vector<float>(size_t{side} * side * 3)};
  for (uint32_t c = 0; c < 3; ++c) {
    const double back = dark + .05 * draw.normal(index::background + c);
    const double front = bright + .05 * draw.normal(index::foreground + c);
    const std::vector<float> texture = low_frequency(side, side, 5, draw, index::texture + 25 * c);
    for (uint32_t i = 0; i < coverage.size(); ++i) {
      const double m = coverage[i];
      const double value = (back + .06 * texture[i]) * (1 - m) + front * m;
      const double noise = .02 * draw.normal(index::noise + 3 * i + c);
      image.pixels[3 * i + c] = static_cast<float>(std::clamp(value + noise, 0.0, 1.0));
    }
  }
  return image;
}

}  // namespace ttt
