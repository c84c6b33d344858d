#include <gtest/gtest.h>

#include "pipeline/report/scale.h"
#include "pipeline/report/svg.h"
#include "pipeline/report/text.h"

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
  EXPECT_EQ(points(0.048), "+4.8");
  EXPECT_EQ(points(-0.0123), "−1.2");
  EXPECT_EQ(points(-0.0004), "0.0");
  EXPECT_EQ(points_range({-0.01, 0.094}), "−1.0 … +9.4");
  EXPECT_EQ(percent(undefined), "–");
  EXPECT_EQ(points_range({}), "–");
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

TEST(Svg, FileCarriesItsStyleAndInlineTextDoesNot) {
  Svg svg(10, 10, "label");
  svg.text({1, 1}, Anchor::start, "soft", "a < b");
  EXPECT_NE(svg.file_text(".soft { }").find("<style>\n.soft { }</style>"), std::string::npos);
  EXPECT_EQ(svg.inline_text().find("xmlns"), std::string::npos);
  EXPECT_NE(svg.inline_text().find("a &lt; b"), std::string::npos);
}

}  // namespace
}  // namespace ttt
