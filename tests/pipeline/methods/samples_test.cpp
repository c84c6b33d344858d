#include "pipeline/methods/samples.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "schemas/error.h"
#include "tests/pipeline/methods/small_job.h"

namespace ttt {
namespace {

constexpr int64_t image_size = 16 * 16 * 3;

std::vector<uint8_t> bytes_of(const ImageBytes& image) { return {image.data, image.data + image_size}; }

std::vector<uint8_t> bytes_of(const TestSetWithImages& set, int64_t id) {
  const auto begin = set.image.begin() + id * image_size;
  return {begin, begin + image_size};
}

TEST(ReadSamples, EveryImageIsThatOfItsSample) {
  const TestSetWithImages set = small_set();
  const SampleChoice choice{{6, 1, 3}, {0, 1, 2}, {2, 1, 6}};
  const Samples samples = read_samples(choice, set, images_of(set));
  for (size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(bytes_of(samples.image[k]), bytes_of(set, choice.id[k])) << k;
    EXPECT_EQ(bytes_of(samples.adapt_on[k]), bytes_of(set, choice.adapt_on[k])) << k;
  }
}

TEST(ReadSamples, EachImageIsReadOnceAndNoOther) {
  const TestSetWithImages set = small_set();
  std::vector<int64_t> read;
  const ReadImages images = [&](std::span<const int64_t> ids) {
    read.insert(read.end(), ids.begin(), ids.end());
    return images_of(set)(ids);
  };
  const Samples samples = read_samples({{5, 6, 1, 3}, {0, 0, 0, 0}, {0, 2, 1, 6}}, 1, 3, set, images);
  std::ranges::sort(read);
  EXPECT_EQ(read, (std::vector<int64_t>{1, 2, 3, 6}));
  EXPECT_EQ(samples.id, (std::vector<int64_t>{6, 1, 3}));
}

TEST(ReadSamples, ASliceKeepsItsImagesWhenTheRestIsGone) {
  const TestSetWithImages set = small_set();
  const auto last = [&] {
    const Samples all = every_sample(set);
    return slice(all, 7, 1);
  }();
  EXPECT_EQ(bytes_of(last.image[0]), bytes_of(set, 7));
}

/// The candidates listed one by one, as other_samples() describes them.
int64_t expected_other(const TestSet& set, int64_t id, uint64_t seed) {
  std::vector<int64_t> others;
  for (int64_t i = 0; i < set.samples; ++i)
    if (set.split[i] == set.split[id] && set.shift[i] == set.shift[id] &&
        set.severity[i] == set.severity[id] && set.base[i] != set.base[id])
      others.push_back(i);
  return others[Draw(seed, Purpose::other_sample, static_cast<uint64_t>(id)).below(0, others.size())];
}

TEST(OtherSamples, AreDrawnFromTheOtherBaseImagesOfTheStratum) {
  TestSet set = small_set();
  set.samples = 60;
  set.label.assign(60, 0);
  set.severity.assign(60, 5);
  set.base.clear(), set.shift.clear(), set.split.clear();
  for (int64_t i = 0; i < 60; ++i) {  // a base image is several times in its stratum, in no order
    set.base.push_back(i * 7 % 5);
    set.shift.push_back(static_cast<int32_t>(1 + i % 2));
    set.split.push_back(i < 40 ? Split::report : Split::tune);
  }
  for (uint64_t seed = 1; seed < 20; ++seed) {
    const SampleChoice choice = other_samples(set, all_samples(set), seed);
    for (int64_t i = 0; i < 60; ++i) EXPECT_EQ(choice.adapt_on[i], expected_other(set, i, seed));
    EXPECT_EQ(other_samples(set, {17}, seed).adapt_on[0], choice.adapt_on[17]);
  }
}

TEST(OtherSamples, WithoutAnotherBaseImageTheSampleIsNamed) {
  TestSet set = small_set();
  set.base.assign(8, 3);
  try {
    other_samples(set, {4}, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_NE(std::string(error.what()).find("sample 4 is the only base image"), std::string::npos);
  }
}

}  // namespace
}  // namespace ttt
