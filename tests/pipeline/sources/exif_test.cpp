#include "pipeline/sources/exif.h"

#include <gtest/gtest.h>

#include <string>

namespace ttt {
namespace {

std::string big(uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> 8 * i);
  return text;
}

std::string little(uint32_t value, int bytes) {
  const std::string text = big(value, bytes);
  return {text.rbegin(), text.rend()};
}

std::string segment(char type, const std::string& content) {
  return std::string("\xff") + type + big(static_cast<uint32_t>(content.size() + 2), 2) + content;
}

/// A JPEG file up to its pixels: a JFIF segment, then EXIF with the width (tag 0x0100) and this orientation.
std::string jpeg(uint32_t orientation, const std::string& order = "MM") {
  const auto number = order == "MM" ? big : little;
  const auto entry = [&](uint32_t tag, uint32_t value) {
    return number(tag, 2) + number(3, 2) + number(1, 4) + number(value, 2) + std::string(2, '\0');
  };
  const std::string tiff = order + number(42, 2) + number(8, 4) + number(2, 2) + entry(0x0100, 640) +
                           entry(0x0112, orientation) + number(0, 4);
  return "\xff\xd8" + segment('\xe0', std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) +
         segment('\xe1', std::string("Exif\0\0", 6) + tiff) + segment('\xda', "pixels");
}

TEST(Exif, OrientationIsReadInBothByteOrders) {
  for (uint32_t orientation = 1; orientation <= 8; ++orientation)
    for (const std::string order : {"II", "MM"})
      EXPECT_EQ(exif_orientation(jpeg(orientation, order)), static_cast<int>(orientation)) << order;
}

TEST(Exif, WhatSaysNothingOrNonsenseIsUpright) {
  EXPECT_EQ(exif_orientation(jpeg(0)), 1);
  EXPECT_EQ(exif_orientation(jpeg(9)), 1);
  EXPECT_EQ(exif_orientation("\xff\xd8" + segment('\xe1', "http://ns.adobe.com/xap/1.0/")), 1);
  EXPECT_EQ(exif_orientation("\xff\xd8" + segment('\xda', jpeg(6))), 1);  // after the pixels begin
  EXPECT_EQ(exif_orientation("\x89PNG\r\n\x1a\n"), 1);
  EXPECT_EQ(exif_orientation(""), 1);
}

TEST(Exif, DamagedFilesAreReadWithinTheirBounds) {
  const std::string whole = jpeg(6, "II");
  for (size_t length = 0; length < whole.size(); ++length) {
    const int found = exif_orientation(whole.substr(0, length));
    EXPECT_TRUE(found == 1 || found == 6) << length;
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = '\xff';
    const int found = exif_orientation(damaged);
    EXPECT_TRUE(1 <= found && found <= 8) << at;
  }
}

}  // namespace
}  // namespace ttt
