#include "pipeline/report/sample_pictures.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "pipeline/sources/image_file.h"
#include "tests/pipeline/report/pages.h"

namespace ttt {
namespace {

/// 40 samples; the pixels of sample i are i, i + 1, i + 2 in red, green and blue.
TestSetWithImages flat_images(int side, int channels) {
  TestSetWithImages set;
  set.samples = 40;
  set.height = set.width = side;
  set.channels = channels;
  for (int i = 0; i < 40; ++i)
    for (int pixel = 0; pixel < side * side; ++pixel)
      for (int c = 0; c < channels; ++c) set.image.push_back(static_cast<uint8_t>(i + c));
  return set;
}

/// The image that a data URI holds.
Bitmap decoded(const std::string& uri) {
  const std::string start = "data:image/png;base64,";
  EXPECT_TRUE(uri.starts_with(start));
  std::string bytes(uri.size(), '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(uri.data()) + start.size(),
                                     static_cast<int>(uri.size() - start.size()));
  bytes.resize(length);
  return decode_image("picture", bytes);
}

TEST(SamplePictures, AreTheImagesOfTheSamplesThatAreTold) {
  const Analysis analysis = analyse(simple_run(4, 6), quick());
  const TestSetWithImages set = flat_images(8, 3);
  const SamplePictures pictures = sample_pictures(analysis, set, images_of(set));
  ASSERT_FALSE(analysis.sections[0].stories.better.empty());
  for (const SampleStory& story : analysis.sections[0].stories.better) {
    const Bitmap image = decoded(pictures.at(story.sample));
    EXPECT_EQ(image.height, 8);
    EXPECT_EQ(image.bytes[0], story.sample);
    EXPECT_EQ(image.bytes[2], story.sample + 2);
  }
}

TEST(SamplePictures, ShrinkLargeImagesAndColourGreyOnes) {
  const Analysis analysis = analyse(simple_run(4, 6), quick());
  const TestSetWithImages set = flat_images(224, 1);
  const SamplePictures pictures = sample_pictures(analysis, set, images_of(set));
  const auto& [sample, uri] = *pictures.begin();
  const Bitmap image = decoded(uri);
  EXPECT_EQ(image.width, 74);  // 224 / 3
  EXPECT_EQ(image.bytes, std::vector<uint8_t>(74 * 74 * 3, static_cast<uint8_t>(sample)));
}

TEST(SamplePictures, StandInTheReport) {
  const Analysis analysis = analyse(simple_run(4, 6), quick());
  const TestSetWithImages set = flat_images(8, 3);
  EXPECT_TRUE(
      holds(report_html(analysis, {}, sample_pictures(analysis, set, images_of(set))), "<img src=\"data:"));
  EXPECT_FALSE(holds(report_html(analysis, {}), "<img"));
}

}  // namespace
}  // namespace ttt
