#include "pipeline/testset/contact_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/testset/caption.h"
#include "pipeline/testset/prepare.h"

namespace ttt {
namespace {

DataOptions sheet_options() {
  DataOptions options;
  options.report = {
      .base_images = 15, .shifts = {"fog", "glyph_invert"}, .severities = {1, 5}, .clean = false};
  return options;
}

std::vector<uint8_t> pixel(const Bitmap& image, int y, int x) {
  const auto begin = image.bytes.begin() + int64_t{3} * (int64_t{y} * image.width + x);
  return {begin, begin + 3};
}

TEST(Caption, IsAsWideAsItsTextAndHasInk) {
  const Bitmap caption = draw_caption("fog 5", 2);
  EXPECT_EQ(caption.width, 5 * 6 * 2);
  EXPECT_EQ(caption.height, 8 * 2);
  EXPECT_EQ(std::ssize(caption.bytes), int64_t{3} * caption.width * caption.height);
  EXPECT_GT(std::count(caption.bytes.begin(), caption.bytes.end(), 0), 0);
}

TEST(Caption, NoTwoCharactersLookAlike) {
  const std::string characters = "abcdefghijklmnopqrstuvwxyz0123456789_-. ";
  for (const char a : characters)
    for (const char b : characters)
      EXPECT_EQ(draw_caption(std::string(1, a), 1) == draw_caption(std::string(1, b), 1), a == b) << a << b;
}

TEST(ContactSheet, ShowsEachShiftBelowTheCleanImage) {
  const DataOptions options = sheet_options();
  const Bitmap sheet = draw_contact_sheet(build_test_set(options), options);
  // Rows of 64 pixels and a gap of 4: clean, fog, invert; the last column ends 4 pixels before the edge.
  const int column = sheet.width - 4 - 32, invert = sheet.height - 4 - 32, clean = invert - 2 * 68;
  const std::vector<uint8_t> a = pixel(sheet, clean, column), b = pixel(sheet, invert, column);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(a[c] + b[c], 255, 1);  // to_bytes truncates
}

TEST(ContactSheet, ShowsTheHighestSeverity) {
  DataOptions options = sheet_options();
  const Bitmap both = draw_contact_sheet(build_test_set(options), options);
  options.report.severities = {5};
  EXPECT_EQ(draw_contact_sheet(build_test_set(options), options), both);
  options.report.severities = {1};
  EXPECT_NE(draw_contact_sheet(build_test_set(options), options), both);
}

TEST(ContactSheet, IsTwelveColumnsWideAtMost) {
  DataOptions options = sheet_options();
  const Bitmap sheet = draw_contact_sheet(build_test_set(options), options);
  options.report.base_images = 40;
  EXPECT_EQ(draw_contact_sheet(build_test_set(options), options).width, sheet.width);
  options.report.base_images = 11;
  EXPECT_EQ(draw_contact_sheet(build_test_set(options), options).width, sheet.width - 68);
}

TEST(ContactSheet, EachSplitHasItsRows) {
  DataOptions options = sheet_options();
  const int one = draw_contact_sheet(build_test_set(options), options).height;
  options.tune = {.base_images = 3, .shifts = {"snow"}, .severities = {5}, .clean = true};
  EXPECT_EQ(draw_contact_sheet(build_test_set(options), options).height, one + 2 * 68 + 16 + 4);
}

TEST(ContactSheet, UsersTestSetNeedsNoSource) {
  const DataOptions options = sheet_options();
  const TestSetWithImages set = build_test_set(options);
  DataOptions own;
  own.source = DataSource::testset;
  EXPECT_EQ(draw_contact_sheet(set, own).height, draw_contact_sheet(set, options).height - 68);
}

}  // namespace
}  // namespace ttt
