#include "pipeline/sources/cifar10c.h"

#include <gtest/gtest.h>

#include "pipeline/testset/prepare.h"
#include "tests/pipeline/sources/cifar_files.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

constexpr int images = 4, rows = 5 * images;

std::string npy(const std::string& shape, const std::string& values) {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + values;
}

/// A CIFAR-10-C of four test images; row r of shift number k is filled with 50 k + r.
std::filesystem::path write_cifar10c(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "CIFAR-10-C";
  std::filesystem::create_directories(path);
  std::string labels;
  for (int row = 0; row < rows; ++row) labels += static_cast<char>(row % images);
  put_bytes(path / "labels.npy", npy("20,", labels));
  for (int k = 0; k < 2; ++k) {
    std::string values;
    for (int row = 0; row < rows; ++row) values += std::string(3072, static_cast<char>(50 * k + row));
    put_bytes(path / (k == 0 ? "fog.npy" : "own.npy"), npy("20, 32, 32, 3", values));
  }
  return path;
}

DataOptions all_of(const std::filesystem::path& path) {
  DataOptions options;
  options.source = DataSource::cifar10c;
  options.path = path.string();
  options.report = {.base_images = images, .shifts = {"own", "fog"}, .severities = {1, 5}, .clean = false};
  return options;
}

TEST(Cifar10C, SamplesAreTheRowsOfTheFiles) {
  const Scratch scratch;
  const TestSetWithImages set = build_test_set(all_of(write_cifar10c(scratch.path())));
  ASSERT_EQ(set.samples, images * 4);
  for (int64_t i = 0; i < set.samples; ++i) {
    const int k = set.shift_names[set.shift[i]] == "own";
    const int64_t row = (set.severity[i] - 1) * images + set.base[i];
    EXPECT_EQ(set.image[i * 3072], 50 * k + row);
    EXPECT_EQ(set.image[i * 3072 + 3071], 50 * k + row);
    EXPECT_EQ(set.label[i], set.base[i]);
  }
}

TEST(Cifar10C, CleanImagesComeFromCifar10BesideIt) {
  const Scratch scratch;
  DataOptions options = all_of(write_cifar10c(scratch.path()));
  options.report.clean = true;
  expect_error(ExitCode::data, {"CIFAR-10-C", "cifar-10-batches-bin"}, [&] { build_test_set(options); });
  write_cifar10_test(scratch.path());
  for (const std::string& path : {options.path, options.path + "/"}) {
    options.path = path;
    const TestSetWithImages set = build_test_set(options);
    ASSERT_EQ(set.severity[0], 0);
    EXPECT_EQ(set.image[0], 3 * set.base[0]);
  }
}

TEST(Cifar10C, HiddenFilesAreNoShifts) {
  const Scratch scratch;
  const std::filesystem::path path = write_cifar10c(scratch.path());
  for (const std::string name : {"._fog.npy", "._labels.npy", ".hidden.npy"})
    put_bytes(path / name, "Mac OS X");
  EXPECT_EQ(open_cifar10c(path, DataPart::test)->shift_names(), (std::vector<std::string>{"fog", "own"}));
}

TEST(Cifar10C, NeighboursDoNoHarmUntilTheyAreAskedFor) {
  const Scratch scratch;
  const std::filesystem::path path = write_cifar10c(scratch.path());
  const TestSetWithImages alone = build_test_set(all_of(path));
  put_bytes(path / "notes.npy", npy("3,", "abc"));
  put_bytes(path / "broken.npy", "abc");
  DataOptions options = all_of(path);
  EXPECT_EQ(build_test_set(options).image, alone.image);
  options.report.shifts = {"fog", "notes"};
  expect_error(ExitCode::data, {"notes.npy", "holds 3 of |u1", "expected 20"},
               [&] { build_test_set(options); });
  options.report.shifts = {"broken"};
  expect_error(ExitCode::data, {"broken.npy", "does not begin"}, [&] { build_test_set(options); });
}

TEST(Cifar10C, Cifar10InAnotherOrderIsRefused) {
  const Scratch scratch;
  const DataOptions options = all_of(write_cifar10c(scratch.path()));
  const std::filesystem::path batches = write_cifar10_test(scratch.path());
  std::string bytes = cifar_batch_bytes();
  std::swap(bytes[0], bytes[cifar_record]);
  put_bytes(batches / "test_batch.bin", bytes);
  expect_error(ExitCode::data, {"cifar-10-batches-bin", "image 0", "order"},
               [&] { build_test_set(options); });
}

TEST(Cifar10C, WhatIsWrongIsNamed) {
  const Scratch scratch;
  const std::filesystem::path path = write_cifar10c(scratch.path());
  DataOptions options = all_of(path);
  const auto expect = [&](const std::vector<std::string>& parts, ExitCode code = ExitCode::data) {
    expect_error(code, parts, [&] { build_test_set(options); });
  };
  expect_error(ExitCode::data, {"CIFAR-10-C", "training"}, [&] { open_cifar10c(path, DataPart::training); });

  options.report.shifts = {"fogg"};
  expect({"data.report.shifts", "fogg", "\"fog\"", "own"}, ExitCode::spec);
  options.report.shifts = {"fog"};
  options.report.base_images = 5;
  expect({"5 base images", "holds 4"});
  options.report.base_images = 4;

  put_bytes(path / "fog.npy", npy("19, 32, 32, 3", std::string(19 * 3072, 'x')));
  expect({"fog.npy", "19 x 32 x 32 x 3", "expected 20 x 32 x 32 x 3"});
  put_bytes(path / "labels.npy", npy("19,", std::string(19, '\0')));
  expect({"labels.npy", "shape 19"});
  put_bytes(path / "labels.npy", npy("20,", std::string(19, '\0').append("\x0a")));
  expect({"labels.npy", "row 19 has label 10"});
  put_bytes(path / "labels.npy", npy("20,", std::string(19, '\0').append("\x01")));
  expect({"labels.npy", "row 3 and row 19"});
  std::filesystem::remove(path / "labels.npy");
  expect({"labels.npy"});
  options.path = (scratch / "nowhere").string();
  expect({"nowhere"});
}

}  // namespace
}  // namespace ttt
