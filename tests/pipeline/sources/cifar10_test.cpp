#include "pipeline/sources/cifar10.h"

#include <gtest/gtest.h>

#include "tests/pipeline/sources/cifar_files.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(Cifar10, PlanesBecomePixels) {
  const Scratch scratch;
  const std::filesystem::path batches = write_cifar10_test(scratch.path());
  const auto set = open_cifar10(batches, DataPart::test);
  ASSERT_EQ(set->size(), 10000);
  EXPECT_EQ(set->label(1234), 4);
  EXPECT_EQ(set->form().class_names.at(9), "j");
  const std::vector<uint8_t> pixels = set->pixels(1);
  ASSERT_EQ(pixels.size(), 3072u);
  for (size_t i = 0; i < pixels.size(); ++i) ASSERT_EQ(pixels[i], 3 + i % 3);
}

TEST(Cifar10, RowsStayRows) {
  const Scratch scratch;
  const std::filesystem::path batches = write_cifar10_test(scratch.path());
  std::fstream file(batches / "test_batch.bin", std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(1 + 1024 + 5 * 32 + 7);  // green, row 5, column 7
  file.put(77);
  file.close();
  EXPECT_EQ(open_cifar10(batches, DataPart::test)->pixels(0)[(5 * 32 + 7) * 3 + 1], 77);
}

TEST(Cifar10, PathMayBeTheParentFolder) {
  const Scratch scratch;
  write_cifar10_test(scratch.path());
  EXPECT_EQ(open_cifar10(scratch.path(), DataPart::test)->size(), 10000);
}

TEST(Cifar10, TrainingPartIsTheFiveBatchesInOrder) {
  const Scratch scratch;
  const std::filesystem::path batches = write_cifar10_test(scratch.path());
  for (int batch = 1; batch <= 5; ++batch) {
    std::string bytes(cifar_batch, '\0');
    bytes[0] = static_cast<char>(batch);
    put_bytes(batches / ("data_batch_" + std::to_string(batch) + ".bin"), bytes);
  }
  const auto set = open_cifar10(batches, DataPart::training);
  ASSERT_EQ(set->size(), 50000);
  for (int64_t batch = 0; batch < 5; ++batch) EXPECT_EQ(set->label(10000 * batch), batch + 1);
}

TEST(Cifar10, WhatIsWrongIsNamed) {
  const Scratch scratch;
  const auto expect = [&](const std::vector<std::string>& parts, DataPart part = DataPart::test) {
    expect_error(ExitCode::data, parts, [&] { open_cifar10(scratch.path(), part); });
  };
  expect({scratch.path().string(), "test_batch.bin"});
  const std::filesystem::path batches = write_cifar10_test(scratch.path());
  expect({"data_batch_1.bin"}, DataPart::training);

  std::string bytes = cifar_batch_bytes();
  bytes[4321 * cifar_record] = 10;
  put_bytes(batches / "test_batch.bin", bytes);
  expect({"test_batch.bin", "record 4321 has label 10"});
  put_bytes(batches / "test_batch.bin", bytes.substr(0, 9999 * cifar_record));
  expect({"test_batch.bin", "30726927 bytes", "30730000"});
  put_bytes(batches / "test_batch.bin", "");
  expect({"test_batch.bin", "0 bytes"});

  write_cifar10_test(scratch.path());
  put_bytes(batches / "batches.meta.txt", "airplane\n");
  expect({"batches.meta.txt", "1 classes"});
}

}  // namespace
}  // namespace ttt
