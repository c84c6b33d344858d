#include "pipeline/sources/glyphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/sources/glyph_strokes.h"

namespace ttt {
namespace {

/// Points close to each other along the strokes of an undistorted glyph.
std::vector<StrokePoint> dots(int glyph) {
  std::vector<StrokePoint> points;
  for (const Stroke& stroke : glyph_strokes(glyph)) {
    for (size_t i = 1; i < stroke.size(); ++i) {
      const StrokePoint a = stroke[i - 1], b = stroke[i];
      for (int step = 0; step <= 20; ++step)
        points.push_back({a.x + (b.x - a.x) * step / 20, a.y + (b.y - a.y) * step / 20});
    }
  }
  return points;
}

/// How far the loneliest of these dots is from all of the others (the directed Hausdorff distance).
double farthest(const std::vector<StrokePoint>& dots, const std::vector<StrokePoint>& others) {
  double result = 0;
  for (const StrokePoint a : dots) {
    double nearest = 1e9;
    for (const StrokePoint b : others) nearest = std::min(nearest, std::hypot(a.x - b.x, a.y - b.y));
    result = std::max(result, nearest);
  }
  return result;
}

TEST(GlyphStrokes, NoGlyphIsAQuarterTurnOfItselfOrAnother) {
  for (int a = 0; a < glyph_classes; ++a) {
    std::vector<StrokePoint> turned = dots(a);
    for (int turns = 1; turns < 4; ++turns) {
      for (StrokePoint& p : turned) p = {-p.y, p.x};
      for (int b = 0; b < glyph_classes; ++b) {
        const double apart = std::max(farthest(turned, dots(b)), farthest(dots(b), turned));
        EXPECT_GT(apart, .25) << glyph_names()[a] << " turned " << turns << " times and " << glyph_names()[b];
      }
    }
  }
}

TEST(GlyphStrokes, StayInTheBoxAndRepeatNoPoint) {
  for (int glyph = 0; glyph < glyph_classes; ++glyph) {
    for (const Stroke& stroke : glyph_strokes(glyph)) {
      ASSERT_GE(stroke.size(), 2u);
      for (size_t i = 0; i < stroke.size(); ++i) {
        EXPECT_LE(std::max(std::abs(stroke[i].x), std::abs(stroke[i].y)), 1 + 1e-12);
        if (i > 0) {
          EXPECT_GT(std::hypot(stroke[i].x - stroke[i - 1].x, stroke[i].y - stroke[i - 1].y), .05);
        }
      }
    }
  }
}

TEST(Glyphs, ImageIsAFunctionOfSeedAndId) {
  EXPECT_EQ(draw_glyph(1, 5), draw_glyph(1, 5));
  EXPECT_NE(draw_glyph(1, 5), draw_glyph(2, 5));
  EXPECT_NE(draw_glyph(1, 5), draw_glyph(1, 15));
}

TEST(Glyphs, ClassIsIdModTenInBothParts) {
  const auto training = open_glyphs(1, DataPart::training), test = open_glyphs(1, DataPart::test);
  for (int64_t i = 0; i < 30; ++i) {
    EXPECT_EQ(training->label(i), i % 10);
    EXPECT_EQ(test->label(i), ((int64_t{1} << 32) + i) % 10);
  }
}

TEST(Glyphs, PartsShareNoImage) {
  const auto training = open_glyphs(1, DataPart::training), test = open_glyphs(1, DataPart::test);
  EXPECT_EQ(training->pixels(3), to_bytes(draw_glyph(1, 3)));
  EXPECT_EQ(test->pixels(3), to_bytes(draw_glyph(1, (int64_t{1} << 32) + 3)));
  EXPECT_EQ(training->size(), int64_t{1} << 32) << "training ids would run into the test part";
}

TEST(Glyphs, AreBrightOnDark) {
  // The pen covers a tenth to a third of the image: its mean is above the image's, the background's median
  // below.
  for (int64_t id = 0; id < 50; ++id) {
    const Image image = draw_glyph(3, id);
    for (int c = 0; c < 3; ++c) {
      std::vector<float> values;
      for (size_t i = static_cast<size_t>(c); i < image.pixels.size(); i += 3)
        values.push_back(image.pixels[i]);
      std::sort(values.begin(), values.end());
      const float median = values[values.size() / 2], brightest = values[values.size() * 97 / 100],
                  darkest = values[values.size() * 3 / 100];
      EXPECT_GT(brightest - median, median - darkest) << id;
    }
  }
}

}  // namespace
}  // namespace ttt
