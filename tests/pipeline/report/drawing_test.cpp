#include <gtest/gtest.h>

#include <fmt/format.h>

#include "pipeline/report/figure.h"
#include "pipeline/report/look.h"
#include "pipeline/report/palette.h"
#include "pipeline/report/scale.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/svg.h"
#include "pipeline/report/text.h"
#include "pipeline/scores/registry.h"

namespace ttt {
namespace {

TEST(Scale, MapsTheEndsOfItsRangeToTheEndsOfItsPixels) {
  const Scale linear = Scale::linear(-2, 6, 100, 20);
  EXPECT_DOUBLE_EQ(linear(-2), 100);
  EXPECT_DOUBLE_EQ(linear(6), 20);
  EXPECT_DOUBLE_EQ(linear(2), 60);
  const Scale logarithmic = Scale::logarithmic(1, 100, 0, 10);
  EXPECT_DOUBLE_EQ(logarithmic(10), 5);
}

TEST(Scale, TicksAreRoundAndInsideTheRange) {
  EXPECT_EQ(Scale::linear(-2.3, 6.1, 0, 1).ticks(5), (std::vector<double>{-2, 0, 2, 4, 6}));
  EXPECT_EQ(Scale::logarithmic(0.9, 160, 0, 1).ticks(9), (std::vector<double>{1, 2, 5, 10, 20, 50, 100}));
  EXPECT_EQ(Scale::logarithmic(0.9, 160, 0, 1).ticks(4), (std::vector<double>{1, 10, 100}));
}

TEST(Text, PrintsSharesAsPercentAndPoints) {
  EXPECT_EQ(percent(0.5584), "55.8");
  EXPECT_EQ(gain_text(classification, 0.048), "+4.8");
  EXPECT_EQ(gain_text(classification, -0.0123), "−1.2");
  EXPECT_EQ(gain_text(classification, -0.0004), "0.0");
  EXPECT_EQ(gain_range(classification, {-0.01, 0.094}), "−1.0 … +9.4");
  EXPECT_EQ(percent(undefined), "–");
  EXPECT_EQ(gain_range(classification, {}), "–");
}

TEST(Text, PrintsPValuesWithTheDigitsTheyDeserve) {
  EXPECT_EQ(p_value(0.2203), "0.22");
  EXPECT_EQ(p_value(0.0347), "0.035");
  EXPECT_EQ(p_value(8e-25), "8e-25");
  EXPECT_EQ(p_value(1), "1");
  EXPECT_EQ(p_is(1e-300), "p < 1e-99");
}

TEST(Text, PrintsCounts) {
  EXPECT_EQ(grouped(4500), "4\u202f500");
  EXPECT_EQ(grouped(1234567), "1\u202f234\u202f567");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(milestone_text(1, "steps"), "1 step");
  EXPECT_EQ(milestone_text(8, "views"), "8 views");
  EXPECT_EQ(flops_text(2.304e8), "230 MFLOP");
  EXPECT_EQ(seconds_text(0.0031), "3.1 ms");
}

TEST(Text, EscapesWhatXmlReserves) {
  EXPECT_EQ(escape("<a b=\"c\">&'\x01"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
}

/// A drawing with every kind of shape.
Svg every_shape() {
  Svg svg(40, 30, "label");
  svg.open_frame({0, 0}, 40, 30);
  svg.line({1, 1}, {9, 9}, "c0 bold dashed");
  svg.area({{1, 1}, {9, 9}, {1, 9}}, "c1");
  svg.marker({5, 5}, Marker::circle, 2, "c2 hollow", "tip");
  svg.marker({5, 5}, Marker::cross, 2, "grey dotted");
  svg.rectangle({1, 1}, 5, 5, "fill c3");
  svg.close_frame();
  svg.text({1, 1}, Anchor::start, "label c4", "a < b");
  svg.upright_text({1, 1}, "small soft", "up");
  return svg;
}

TEST(Svg, AFileNeedsNoStyleSheet) {
  const std::string file = every_shape().file_text();
  EXPECT_EQ(file.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\"", 0), 0);
  EXPECT_NE(file.find("viewBox=\"0 0 40 30\" width=\"40\" height=\"30\""), std::string::npos);
  EXPECT_NE(file.find("<rect width=\"40\" height=\"30\" fill=\"#ffffff\"/>"), std::string::npos);
  EXPECT_NE(file.find("a &lt; b"), std::string::npos);
  for (const std::string_view foreign : {"<style", "var(", "style="})
    EXPECT_EQ(file.find(foreign), std::string::npos) << foreign;
}

TEST(Svg, EveryColourHasAClassByWhichThePageMayChangeIt) {
  const std::string text = every_shape().inline_text();
  for (const Colour& colour : palette)
    for (const std::string_view paint : {"fill", "stroke"}) {
      const std::string attribute = fmt::format(" {}=\"{}\"", paint, colour.light);
      const std::string name = fmt::format("{}-{}", paint, colour.name);
      for (size_t at = text.find(attribute); at != std::string::npos; at = text.find(attribute, at + 1)) {
        const std::string element = text.substr(text.rfind('<', at), at - text.rfind('<', at));
        EXPECT_NE(element.find(name), std::string::npos) << element;
      }
    }
}

TEST(Svg, ADrawingInADrawingKeepsItsShapes) {
  Svg outer(90, 90, "");
  outer.picture({50, 20}, every_shape());
  const std::string inner = every_shape().inline_text();
  const std::string shapes = inner.substr(inner.find('\n') + 1, inner.rfind("</svg>") - inner.find('\n') - 1);
  EXPECT_NE(outer.inline_text().find("<g transform=\"translate(50.0 20.0)\">\n" + shapes + "</g>"),
            std::string::npos);
}

TEST(Look, HollowMarkersAndRimsHaveTheColourOfThePaper) {
  EXPECT_EQ(marker_look("c2 hollow").fill, "paper");
  EXPECT_EQ(marker_look("c2 hollow").stroke, "c2");
  EXPECT_NE(rim_attributes(text_look("label c4")).find("stroke=\"#ffffff\""), std::string::npos);
}

TEST(Look, MarkersAndIntervalsAreNeverDashed) {
  EXPECT_EQ(line_look("grey dashed").dashes, "6 4");
  EXPECT_EQ(marker_look("grey dashed").dashes, "");
  EXPECT_EQ(line_look("bar grey dashed").dashes, "");
}

Figure three_parts(size_t columns) {
  Figure figure;
  figure.columns = columns;
  for (int i = 0; i < 3; ++i) figure.parts.emplace_back(100, 50, "part");
  return figure;
}

TEST(Figure, WholePictureHoldsEveryRowAndColumn) {
  const Svg row = whole_picture(three_parts(3));
  const Svg column = whole_picture(three_parts(1));
  const Svg grid = whole_picture(three_parts(2));
  EXPECT_GE(row.width(), 300);
  EXPECT_EQ(row.height(), 50);
  EXPECT_EQ(column.width(), 100);
  EXPECT_GE(column.height(), 150);
  EXPECT_GE(grid.width(), 200);
  EXPECT_GE(grid.height(), 100);
}

TEST(Figure, AMarkAndALegendTakeRoomAboveTheParts) {
  Figure figure = three_parts(3);
  const double parts = whole_picture(figure).height();
  figure.mark = "partial results";
  const double marked = whole_picture(figure).height();
  figure.legend = {Series{.name = "ttt", .style = {"c0", Marker::circle}, .points = {}}};
  EXPECT_GT(marked, parts);
  EXPECT_GT(whole_picture(figure).height(), marked);
  EXPECT_NE(whole_picture(figure).file_text().find(">partial results<"), std::string::npos);
  EXPECT_NE(figure_html(figure, "").find("partial results"), std::string::npos);
}

}  // namespace
}  // namespace ttt
