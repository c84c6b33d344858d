#include "pipeline/sources/image_file.h"

#include <gtest/gtest.h>
#include <png.h>
#include <turbojpeg.h>

#include <algorithm>

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

/// A smooth picture with a different slope in each channel.
Bitmap picture(int height, int width) {
  Bitmap image{.height = height, .width = width, .bytes = {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (const int value : {2 * y + x, 200 - 3 * x, 40 + 2 * y})
        image.bytes.push_back(static_cast<uint8_t>(std::clamp(value, 0, 255)));
  return image;
}

/// Pixels of any format of libpng's simplified interface as a file.
std::string encode_png(png_uint_32 format, int height, int width, const void* pixels) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.height = static_cast<png_uint_32>(height);
  png.width = static_cast<png_uint_32>(width);
  png.format = format;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png), '\0');
  size_t size = bytes.size();
  png_image_write_to_memory(&png, bytes.data(), &size, 0, pixels, 0, nullptr);
  return bytes.substr(0, size);
}

std::string encode_jpeg(const Bitmap& image) {
  const tjhandle encoder = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjCompress2(encoder, image.bytes.data(), image.width, 0, image.height, TJPF_RGB, &bytes, &size, TJSAMP_444,
              95, 0);
  std::string file(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(encoder);
  return file;
}

TEST(ImageFile, PngGivesBackWhatWasWritten) {
  const Scratch scratch;
  for (const auto& [height, width] : {std::pair(1, 1), {32, 32}, {7, 40}}) {
    const Bitmap image = picture(height, width);
    write_png(scratch / "a.png", image);
    EXPECT_EQ(read_image(scratch / "a.png"), image);
  }
}

TEST(ImageFile, JpegIsCloseToWhatWasEncoded) {
  const Scratch scratch;
  const Bitmap image = picture(32, 24);
  put_bytes(scratch / "a.jpg", encode_jpeg(image));
  const Bitmap read = read_image(scratch / "a.jpg");
  ASSERT_EQ(read.height, 32);
  ASSERT_EQ(read.width, 24);
  for (size_t i = 0; i < image.bytes.size(); ++i) EXPECT_NEAR(read.bytes[i], image.bytes[i], 6);
}

TEST(ImageFile, ContentDecidesNotTheName) {
  const Scratch scratch;
  put_bytes(scratch / "really.png", encode_jpeg(picture(8, 8)));
  EXPECT_EQ(read_image(scratch / "really.png").width, 8);
}

TEST(ImageFile, GreyBecomesRgb) {
  const Scratch scratch;
  const std::vector<uint8_t> grey = {0, 100, 200, 255};
  put_bytes(scratch / "grey.png", encode_png(PNG_FORMAT_GRAY, 2, 2, grey.data()));
  EXPECT_EQ(read_image(scratch / "grey.png").bytes,
            (std::vector<uint8_t>{0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255}));
}

TEST(ImageFile, TransparencyIsRefusedUnlessEverythingIsOpaque) {
  const Scratch scratch;
  std::vector<uint8_t> rgba = {1, 2, 3, 255, 4, 5, 6, 255};
  put_bytes(scratch / "a.png", encode_png(PNG_FORMAT_RGBA, 1, 2, rgba.data()));
  EXPECT_EQ(read_image(scratch / "a.png").bytes, (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
  rgba[7] = 254;
  put_bytes(scratch / "a.png", encode_png(PNG_FORMAT_RGBA, 1, 2, rgba.data()));
  expect_error(ExitCode::data, {"a.png", "transparent"}, [&] { read_image(scratch / "a.png"); });
}

TEST(ImageFile, WhatIsNoImageIsNamed) {
  const Scratch scratch;
  put_bytes(scratch / "text.png", "GIF89a");
  expect_error(ExitCode::data, {"text.png", "neither PNG nor JPEG"},
               [&] { read_image(scratch / "text.png"); });
  put_bytes(scratch / "empty.jpg", "");
  expect_error(ExitCode::data, {"empty.jpg"}, [&] { read_image(scratch / "empty.jpg"); });
  expect_error(ExitCode::data, {"missing.png"}, [&] { read_image(scratch / "missing.png"); });
}

TEST(ImageFile, HugeClaimedSizeIsRefused) {
  const Scratch scratch;
  const std::vector<uint8_t> wide(3 * 8193);
  put_bytes(scratch / "wide.png", encode_png(PNG_FORMAT_RGB, 1, 8193, wide.data()));
  expect_error(ExitCode::data, {"wide.png"}, [&] { read_image(scratch / "wide.png"); });
  put_bytes(scratch / "wide.jpg", encode_jpeg({.height = 1, .width = 8193, .bytes = wide}));
  expect_error(ExitCode::data, {"wide.jpg", "8193 x 1"}, [&] { read_image(scratch / "wide.jpg"); });
}

TEST(ImageFile, NoTruncatedImageIsRead) {
  const Scratch scratch;
  const Bitmap image = picture(16, 16);
  for (const std::string& whole :
       {encode_png(PNG_FORMAT_RGB, 16, 16, image.bytes.data()), encode_jpeg(image)}) {
    for (size_t length = 0; length < whole.size(); length += 3) {
      put_bytes(scratch / "cut", whole.substr(0, length));
      expect_error(ExitCode::data, {"cut"}, [&] { read_image(scratch / "cut"); });
    }
  }
}

TEST(ImageFile, NoDamagedImageCrashes) {
  const Scratch scratch;
  const Bitmap image = picture(16, 16);
  for (const std::string& whole :
       {encode_png(PNG_FORMAT_RGB, 16, 16, image.bytes.data()), encode_jpeg(image)}) {
    for (size_t at = 0; at < whole.size(); at += 3) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 7));
      put_bytes(scratch / "damaged", damaged);
      try {
        read_image(scratch / "damaged");
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace ttt
