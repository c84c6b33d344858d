#include "pipeline/sources/mnist.h"

#include <gtest/gtest.h>

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

/// `count` images of 28 x 28, image i filled with byte i.
std::string images(uint32_t count) {
  std::string bytes = big_endian(0x803) + big_endian(count) + big_endian(28) + big_endian(28);
  for (uint32_t i = 0; i < count; ++i) bytes += std::string(28 * 28, static_cast<char>(i));
  return bytes;
}

std::string labels(const std::string& values) {
  return big_endian(0x801) + big_endian(static_cast<uint32_t>(values.size())) + values;
}

TEST(Mnist, ImagesAndLabelsAreThoseOfTheFiles) {
  const Scratch scratch;
  put_bytes(scratch / "t10k-images-idx3-ubyte", images(3));
  put_bytes(scratch / "t10k-labels-idx1-ubyte", labels(std::string("\x05\x00\x09", 3)));
  const auto set = open_mnist(scratch.path(), DataPart::test);
  ASSERT_EQ(set->size(), 3);
  EXPECT_EQ(set->label(2), 9);
  EXPECT_EQ(set->form().channels, 1);
  EXPECT_EQ(set->pixels(2), std::vector<uint8_t>(28 * 28, 2));
}

TEST(Mnist, NamesMayHaveADotBeforeTheirKind) {
  const Scratch scratch;
  put_bytes(scratch / "train-images.idx3-ubyte", images(2));
  put_bytes(scratch / "train-labels.idx1-ubyte", labels("\x03\x04"));
  EXPECT_EQ(open_mnist(scratch.path(), DataPart::training)->label(1), 4);
  std::filesystem::rename(scratch / "train-images.idx3-ubyte", scratch / "train-images.idx3-ubyte.gz");
  expect_error(ExitCode::data, {"train-images.idx3-ubyte.gz", "gunzip"},
               [&] { open_mnist(scratch.path(), DataPart::training); });
}

TEST(Mnist, WhatIsWrongIsNamed) {
  const Scratch scratch;
  const auto expect = [&](const std::vector<std::string>& parts) {
    expect_error(ExitCode::data, parts, [&] { open_mnist(scratch.path(), DataPart::training); });
  };
  put_bytes(scratch / "train-images-idx3-ubyte.gz", "\x1f\x8b");
  expect({"train-images-idx3-ubyte.gz", "gunzip"});
  put_bytes(scratch / "train-images-idx3-ubyte", "\x1f\x8b\x08");
  put_bytes(scratch / "train-labels-idx1-ubyte", labels("\x01\x02"));
  expect({"train-images-idx3-ubyte", "gunzip"});
  put_bytes(scratch / "train-images-idx3-ubyte", images(3));
  expect({"train-labels-idx1-ubyte", "2 labels for the 3 images"});
  put_bytes(scratch / "train-labels-idx1-ubyte", labels("\x01\x02\x0a"));
  expect({"train-labels-idx1-ubyte", "label 2 is 10"});
  put_bytes(scratch / "train-labels-idx1-ubyte", images(3));
  expect({"train-labels-idx1-ubyte", "not an IDX file of bytes in 1 dim"});
  put_bytes(scratch / "train-images-idx3-ubyte",
            big_endian(0x803) + big_endian(0xffffffff) + big_endian(0xffffffff) + big_endian(0xffffffff));
  expect({"train-images-idx3-ubyte", "4294967295 x 4294967295"});
}

TEST(Mnist, NoTruncatedFileIsRead) {
  const Scratch scratch;
  const std::string whole = images(1);
  put_bytes(scratch / "t10k-labels-idx1-ubyte", labels("\x01"));
  for (size_t length = 0; length < whole.size(); length += length < 20 ? 1 : 37) {
    put_bytes(scratch / "t10k-images-idx3-ubyte", whole.substr(0, length));
    expect_error(ExitCode::data, {"t10k-images-idx3-ubyte"},
                 [&] { open_mnist(scratch.path(), DataPart::test); });
  }
}

}  // namespace
}  // namespace ttt
