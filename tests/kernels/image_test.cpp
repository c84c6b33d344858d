#include "kernels/image.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace ttt {
namespace {

TEST(Image, BytesSurviveTheWayThereAndBack) {
  std::vector<uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  EXPECT_EQ(to_bytes(to_image(bytes.data(), 16, 16, 1)), bytes);
}

TEST(Image, IndexesRowsThenColumnsThenChannels) {
  std::vector<uint8_t> bytes(2 * 3 * 3);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  const Image image = to_image(bytes.data(), 2, 3, 3);
  EXPECT_EQ(image.at(1, 2, 0), 15 / 255.0f);
  EXPECT_EQ(image.at(0, 1, 2), 5 / 255.0f);
}

TEST(Image, ToBytesTruncatesAndClips) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Image image{1, 7, 1, {0.999f, 1.0f, 1.5f, -0.5f, 0.0f, 100.9f / 255, nan}};
  EXPECT_EQ(to_bytes(image), (std::vector<uint8_t>{254, 255, 255, 0, 0, 100, 0}));
}

}  // namespace
}  // namespace ttt
