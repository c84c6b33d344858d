#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/sources/image_set.h"

namespace ttt {
namespace {

/// Images without pixels: only their number matters here.
class Pool : public ImageSet {
 public:
  explicit Pool(int64_t size)
      : ImageSet({.height = 1, .width = 1, .channels = 1, .class_names = {}, .source = {}}), size_(size) {}
  int64_t size() const override { return size_; }
  int64_t label(int64_t) const override { return 0; }
  std::vector<uint8_t> pixels(int64_t) const override { return {0}; }

 private:
  int64_t size_;
};

TEST(ChooseImages, ChoosingAllIsAPermutation) {
  std::vector<int64_t> chosen = choose_images(Pool(1000), 7, DataPart::test, 1000);
  EXPECT_FALSE(std::is_sorted(chosen.begin(), chosen.end()));
  std::sort(chosen.begin(), chosen.end());
  for (int64_t i = 0; i < 1000; ++i) ASSERT_EQ(chosen[i], i);
}

TEST(ChooseImages, NoImageIsChosenTwice) {
  for (const int64_t size : {1, 2, 3, 10, 10000}) {
    const std::vector<int64_t> chosen = choose_images(Pool(size), 3, DataPart::training, size / 2 + 1);
    EXPECT_EQ(std::set<int64_t>(chosen.begin(), chosen.end()).size(), chosen.size());
    for (const int64_t index : chosen) EXPECT_TRUE(0 <= index && index < size);
  }
}

TEST(ChooseImages, LongerChoiceBeginsWithTheShorter) {
  const std::vector<int64_t> few = choose_images(Pool(5000), 1, DataPart::test, 100);
  const std::vector<int64_t> many = choose_images(Pool(5000), 1, DataPart::test, 4000);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(ChooseImages, SeedAndPartBothMatter) {
  const std::vector<int64_t> chosen = choose_images(Pool(5000), 1, DataPart::test, 100);
  EXPECT_EQ(chosen, choose_images(Pool(5000), 1, DataPart::test, 100));
  EXPECT_NE(chosen, choose_images(Pool(5000), 2, DataPart::test, 100));
  EXPECT_NE(chosen, choose_images(Pool(5000), 1, DataPart::training, 100));
}

TEST(ChooseImages, EveryImageIsAsLikelyAsAnyOther) {
  constexpr int images = 10, seeds = 20000;
  std::vector<int> first(images), last(images);
  for (uint64_t seed = 0; seed < seeds; ++seed) {
    const std::vector<int64_t> chosen = choose_images(Pool(images), seed, DataPart::test, 3);
    ++first[chosen.front()];
    ++last[chosen.back()];
  }
  const double expected = double{seeds} / images, five_sigma = 5 * std::sqrt(expected * (1 - 1.0 / images));
  for (int i = 0; i < images; ++i) {
    EXPECT_NEAR(first[i], expected, five_sigma);
    EXPECT_NEAR(last[i], expected, five_sigma);
  }
}

}  // namespace
}  // namespace ttt
