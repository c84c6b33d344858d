#include "pipeline/testset/prepare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "kernels/image.h"
#include "kernels/shifts/registry.h"
#include "pipeline/sources/image_set.h"
#include "pipeline/sources/source.h"
#include "schemas/files/test_set_file.h"
#include "tests/pipeline/sources/cifar_files.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

constexpr int64_t image_bytes = 32 * 32 * 3;

DataOptions glyph_options() {
  DataOptions options;
  options.report = {.base_images = 6, .shifts = {"fog", "glyph_gauss"}, .severities = {5, 2}, .clean = true};
  options.tune = {.base_images = 4, .shifts = {"glyph_dark", "fog"}, .severities = {5}, .clean = false};
  return options;
}

using Key = std::tuple<Split, int64_t, std::string, int>;  // split, base, shift, severity
using Pixels = std::vector<uint8_t>;

std::map<Key, Pixels> samples_of(const TestSetWithImages& set) {
  std::map<Key, Pixels> samples;
  for (int64_t i = 0; i < set.samples; ++i) {
    const auto begin = set.image.begin() + i * image_bytes;
    samples[{set.split[i], set.base[i], set.shift_names[set.shift[i]], set.severity[i]}] = {
        begin, begin + image_bytes};
  }
  return samples;
}

/// Every sample of `few` is a sample of `many`, pixel for pixel.
void expect_contained(const TestSetWithImages& few, const TestSetWithImages& many) {
  const std::map<Key, Pixels> samples = samples_of(many);
  for (const auto& [key, pixels] : samples_of(few)) {
    const auto found = samples.find(key);
    ASSERT_NE(found, samples.end());
    EXPECT_EQ(found->second, pixels);
  }
}

TEST(Prepare, EveryBaseImageComesUnderEveryShiftAndSeverityOnce) {
  const TestSetWithImages set = build_test_set(glyph_options());
  ASSERT_EQ(set.samples, 6 * (1 + 2 * 2) + 4 * 2);
  EXPECT_EQ(std::ssize(set.image), set.samples * image_bytes);
  EXPECT_EQ(std::ssize(samples_of(set)), set.samples) << "a sample is there twice";
  EXPECT_EQ(set.shift_names, (std::vector<std::string>{"clean", "fog", "glyph_gauss", "glyph_dark"}));
}

TEST(Prepare, SamplesGoBySplitThenBaseThenShiftThenSeverity) {
  const TestSetWithImages set = build_test_set(glyph_options());
  std::vector<std::tuple<int, int>> first;  // (shift, severity) of the first base image
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(set.base[i], set.base[0]);
    first.emplace_back(set.shift[i], set.severity[i]);
  }
  EXPECT_EQ(first, (std::vector<std::tuple<int, int>>{{0, 0}, {1, 5}, {1, 2}, {2, 5}, {2, 2}}));
  for (int64_t i = 0; i < set.samples; ++i) EXPECT_EQ(set.split[i], i < 30 ? Split::report : Split::tune);
}

TEST(Prepare, SplitsShareNoBaseImage) {
  const Scratch scratch;
  DataOptions options = glyph_options();
  for (const DataSource source : {DataSource::glyphs, DataSource::cifar10}) {
    options.source = source;
    if (source == DataSource::cifar10) options.path = write_cifar10_test(scratch.path()).string();
    const TestSetWithImages set = build_test_set(options);
    std::map<Split, std::set<int64_t>> bases;
    for (int64_t i = 0; i < set.samples; ++i) bases[set.split[i]].insert(set.base[i]);
    EXPECT_EQ(bases[Split::report].size(), 6u);
    EXPECT_EQ(bases[Split::tune].size(), 4u);
    for (const int64_t base : bases[Split::tune]) EXPECT_FALSE(bases[Split::report].contains(base));
  }
}

TEST(Prepare, LabelAndCleanImageAreThoseOfTheSource) {
  const DataOptions options = glyph_options();
  const TestSetWithImages set = build_test_set(options);
  const auto source = open_images(options, DataPart::test);
  const std::map<Key, Pixels> samples = samples_of(set);
  for (int64_t i = 0; i < set.samples; ++i) {
    EXPECT_EQ(set.label[i], source->label(set.base[i]));
    if (set.split[i] == Split::report) {
      EXPECT_EQ(samples.at({Split::report, set.base[i], "clean", 0}), source->pixels(set.base[i]));
    }
  }
}

TEST(Prepare, ShiftWithoutNoiseIsTheRegistrysOwn) {
  DataOptions options = glyph_options();
  options.report.shifts = {"glyph_invert", "contrast"};
  const TestSetWithImages set = build_test_set(options);
  const auto source = open_images(options, DataPart::test);
  for (const auto& [key, pixels] : samples_of(set)) {
    const auto& [split, base, name, severity] = key;
    if (split == Split::tune || severity == 0) continue;
    const Image clean = to_image(source->pixels(base).data(), 32, 32, 3);
    EXPECT_EQ(pixels, to_bytes(find_shift(name)->apply(clean, severity, Draw(99, Purpose::shift, 0))));
  }
}

TEST(Prepare, MoreOfAnythingChangesNoSample) {
  const DataOptions options = glyph_options();
  const TestSetWithImages set = build_test_set(options);
  DataOptions more = options;
  more.report.shifts.insert(more.report.shifts.begin(), "snow");
  expect_contained(set, build_test_set(more));
  more.report.severities = {1, 2, 3, 4, 5};
  expect_contained(set, build_test_set(more));
  more.tune.base_images = 9;
  expect_contained(set, build_test_set(more));
}

/// Base images of one grey, so that the noise is all there is and equal draws would show.
DataOptions grey_options(const Scratch& scratch) {
  const std::filesystem::path batches = write_cifar10_test(scratch.path());
  std::string grey(cifar_batch, '\x80');
  for (int64_t i = 0; i < 10000; ++i) grey[i * cifar_record] = 0;
  put_bytes(batches / "test_batch.bin", grey);
  DataOptions options;
  options.source = DataSource::cifar10;
  options.path = batches.string();
  options.report = {
      .base_images = 5, .shifts = {"glyph_gauss"}, .severities = {1, 2, 3, 4, 5}, .clean = false};
  return options;
}

TEST(Prepare, NoiseDiffersBetweenImagesSeveritiesAndSeeds) {
  const Scratch scratch;
  DataOptions options = grey_options(scratch);
  std::set<Pixels> seen;
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    options.seed = seed;
    for (const auto& [key, pixels] : samples_of(build_test_set(options)))
      EXPECT_TRUE(seen.insert(pixels).second);
  }
  EXPECT_EQ(seen.size(), 2u * 5 * 5);
}

TEST(Prepare, NoiseDiffersBetweenShifts) {
  const Scratch scratch;
  DataOptions options = grey_options(scratch);
  options.report = {
      .base_images = 1, .shifts = {"glyph_gauss", "gaussian_noise"}, .severities = {5}, .clean = false};
  const TestSetWithImages set = build_test_set(options);
  int same_sign = 0;
  for (int64_t i = 0; i < image_bytes; ++i)
    same_sign += (set.image[i] < 128) == (set.image[image_bytes + i] < 128);
  // Both add normals, so equal draws would agree everywhere; a sixth of a half is over nine standard
  // deviations.
  EXPECT_NEAR(same_sign, image_bytes / 2, image_bytes / 12);
}

TEST(Prepare, GlyphClassesAreBalanced) {
  DataOptions options = glyph_options();
  options.report.base_images = 50;
  const TestSetWithImages set = build_test_set(options);
  std::vector<int> of_class(10);
  for (int64_t i = 0; i < set.samples; ++i)
    of_class[set.label[i]] += set.split[i] == Split::report && set.severity[i] == 0;
  EXPECT_EQ(of_class, std::vector<int>(10, 5));
}

TEST(Prepare, ProgressCountsToTheEnd) {
  std::vector<int64_t> told;
  const TestSetWithImages set = build_test_set(glyph_options(), [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 38);
    told.push_back(done);
  });
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), set.samples);
}

TEST(Prepare, UsersTestSetIsTakenAsItIs) {
  const Scratch scratch;
  const TestSetWithImages set = build_test_set(glyph_options());
  write_test_set(scratch / "mine.h5", set);
  DataOptions options;
  options.source = DataSource::testset;
  options.path = (scratch / "mine.h5").string();
  EXPECT_EQ(build_test_set(options), set);
  expect_error(ExitCode::data, {"mine.h5", "training", "weights"}, [&] { training_images(options); });
  options.tune.base_images = 1;
  options.tune.shifts = {"fog"};
  expect_error(ExitCode::spec, {"tune"}, [&] { build_test_set(options); });
}

TEST(Prepare, UnknownShiftIsNamedWithTheClosest) {
  DataOptions options = glyph_options();
  options.report.shifts = {"fog", "gausian_noise"};
  expect_error(ExitCode::spec, {"data.report.shifts", "gausian_noise", "did you mean \"gaussian_noise\""},
               [&] { build_test_set(options); });
  options.report.shifts = {"fog"};
  options.tune.shifts = {"clean"};
  expect_error(ExitCode::spec, {"data.tune.shifts", "clean"}, [&] { build_test_set(options); });
}

TEST(Prepare, MoreImagesThanThereAreIsAnErrorWithBothNumbers) {
  const Scratch scratch;
  DataOptions options = glyph_options();
  options.source = DataSource::cifar10;
  options.path = write_cifar10_test(scratch.path()).string();
  options.report.base_images = 9997;
  expect_error(ExitCode::data, {"10001", "10000"}, [&] { build_test_set(options); });
}

TEST(Prepare, WhatNoMachineHoldsIsRefusedAtOnce) {
  DataOptions options = glyph_options();
  options.report.base_images = 1000000000;
  expect_error(ExitCode::spec, {"data.report", "GiB"}, [&] { build_test_set(options); });
  options.train_images = 1000000000;
  expect_error(ExitCode::spec, {"data.train_images", "GiB"}, [&] { training_images(options); });
}

TEST(TrainingImages, AreAKeyedChoiceOfTheTrainingPart) {
  DataOptions options = glyph_options();
  options.train_images = 20;
  const LabelledImages few = training_images(options);
  EXPECT_EQ(few.count, 20);
  EXPECT_EQ(std::ssize(few.image), 20 * image_bytes);
  for (int64_t i = 0; i < 20; ++i) EXPECT_EQ(few.label[i], i % 10);
  options.train_images = 30;
  const LabelledImages more = training_images(options);
  EXPECT_TRUE(std::equal(few.image.begin(), few.image.end(), more.image.begin()));
  options.train_images = 0;
  expect_error(ExitCode::spec, {"data.train_images"}, [&] { training_images(options); });
}

TEST(TrainingImages, MoreThanThereAreIsAnErrorWithBothNumbers) {
  const Scratch scratch;
  DataOptions options;
  options.source = DataSource::mnist;
  options.path = scratch.path().string();
  put_bytes(scratch / "train-images-idx3-ubyte",
            std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x1c\0\0\0\x1c", 16) + std::string(2 * 28 * 28, 'x'));
  put_bytes(scratch / "train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x02\x03\x04", 10));
  options.train_images = 3;
  expect_error(ExitCode::data, {"data.train_images is 3", "holds 2"}, [&] { training_images(options); });
  options.train_images = 0;
  EXPECT_EQ(training_images(options).count, 2);
}

TEST(HeldOutImages, AreChosenFromTheWholeTestPart) {
  const Scratch scratch;
  DataOptions options;
  options.source = DataSource::mnist;
  options.path = scratch.path().string();
  std::string labels(40, '\0');
  std::fill(labels.begin() + 20, labels.end(), '\1');  // in the order of classes, as folders of images are
  put_bytes(scratch / "t10k-images-idx3-ubyte",
            std::string("\0\0\x08\x03\0\0\0\x28\0\0\0\x1c\0\0\0\x1c", 16) + std::string(40 * 28 * 28, 'x'));
  put_bytes(scratch / "t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x28", 8) + labels);
  const LabelledImages held_out = held_out_images(options, 20);
  EXPECT_EQ(held_out.count, 20);
  const auto ones = std::ranges::count(held_out.label, int64_t{1});
  EXPECT_GT(ones, 4);
  EXPECT_LT(ones, 16);
  EXPECT_EQ(held_out_images(options, 100).count, 40);
}

TEST(Prepare, TinyImagesAreRefused) {
  const Scratch scratch;
  put_bytes(scratch / "t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x01\x03", 9));
  DataOptions options = glyph_options();
  options.source = DataSource::mnist;
  options.path = scratch.path().string();
  for (const auto& [size, shown] : {std::pair(std::string("\0\0\0\x07\0\0\0\x20", 8), "32 x 7"),
                                    std::pair(std::string("\0\0\0\x20\0\0\0\x07", 8), "7 x 32")}) {
    put_bytes(scratch / "t10k-images-idx3-ubyte",
              std::string("\0\0\x08\x03\0\0\0\x01", 8) + size + std::string(7 * 32, 'x'));
    expect_error(ExitCode::data, {scratch.path().string(), shown}, [&] { build_test_set(options); });
  }
}

TEST(Prepare, EveryShiftTakesGreyImagesOfOddSize) {
  const Scratch scratch;
  put_bytes(scratch / "t10k-images-idx3-ubyte",
            std::string("\0\0\x08\x03\0\0\0\x01\0\0\0\x1d\0\0\0\x1b", 16) + std::string(29 * 27, 'x'));
  put_bytes(scratch / "t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x01\x03", 9));
  DataOptions options;
  options.source = DataSource::mnist;
  options.path = scratch.path().string();
  options.report = {.base_images = 1, .shifts = {}, .severities = {1, 2, 3, 4, 5}, .clean = false};
  for (const Shift& shift : all_shifts()) options.report.shifts.push_back(shift.name);
  const TestSetWithImages set = build_test_set(options);
  EXPECT_EQ(std::ssize(set.image), set.samples * 29 * 27);
}

}  // namespace
}  // namespace ttt
