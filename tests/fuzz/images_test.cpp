// Images and arrays of images.
#include <gtest/gtest.h>
#include <turbojpeg.h>

#include "pipeline/sources/exif.h"
#include "pipeline/sources/idx.h"
#include "pipeline/sources/image_file.h"
#include "pipeline/sources/npy.h"
#include "tests/fuzz/survival.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

using std::string_literals::operator""s;

Bitmap picture(int height, int width) {
  Bitmap image{.height = height, .width = width, .bytes = {}};
  for (int i = 0; i < height * width * 3; ++i) image.bytes.push_back(static_cast<uint8_t>(i * 31));
  return image;
}

std::string png(const Bitmap& image) {
  const Scratch scratch;
  write_png(scratch / "a.png", image);
  return bytes_of(scratch / "a.png");
}

std::string jpeg(const Bitmap& image) {
  const tjhandle encoder = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjCompress2(encoder, image.bytes.data(), image.width, 0, image.height, TJPF_RGB, &bytes, &size, TJSAMP_420,
              80, 0);
  std::string file(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(encoder);
  return file;
}

/// The JPEG with an EXIF block that says "turned".
std::string turned(const std::string& jpeg) {
  const std::string exif = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"s;
  const std::string length = {'\0', static_cast<char>(exif.size() + 2)};
  return jpeg.substr(0, 2) + "\xff\xe1" + length + exif + jpeg.substr(2);
}

std::string npy(const std::string& version, const std::string& header, const std::string& values) {
  return "\x93NUMPY" + version + std::string(1, static_cast<char>(header.size())) + "\0"s +
         (version[0] == '\2' ? "\0\0"s : "") + header + values;
}

std::string npy_header(const std::string& dtype, const std::string& shape) {
  return "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }   \n";
}

TEST(Mutations, OfPngAreReadOrRefused) {
  expect_survival({"a.png", {png(picture(1, 1)), png(picture(9, 12))}, read_image}, 6000);
}

TEST(Mutations, OfJpegAreReadOrRefused) {
  const auto read = [](const std::filesystem::path& file) {
    exif_orientation(bytes_of(file));
    read_image(file);
  };
  const std::string plain = jpeg(picture(16, 24));
  expect_survival({"a.jpg", {plain, turned(plain)}, read}, 6000);
}

TEST(Mutations, OfNpyAreReadOrRefused) {
  const auto read = [](const std::filesystem::path& file) {
    const NpyFile npy = open_npy(file);
    if (npy.shape.size() == 1) read_integers(npy);
    if (npy.shape.front() > 0) read_rows(npy, npy.shape.front() - 1, 1);
  };
  expect_survival({"a.npy",
                   {npy("\1\0"s, npy_header("|u1", "(3, 2)"), "abcdef"),
                    npy("\1\0"s, npy_header("<i8", "(2,)"), std::string(16, '\1')),
                    npy("\2\0"s, npy_header("<i4", "(2,)"), std::string(8, '\2'))},
                   read},
                  15000);
}

TEST(Mutations, OfIdxAreReadOrRefused) {
  const auto read = [](const std::filesystem::path& file) { read_idx(file, 3); };
  expect_survival({"a", {"\0\0\x08\x03\0\0\0\x02\0\0\0\x03\0\0\0\x02"s + std::string(12, 'x')}, read}, 15000);
}

}  // namespace
}  // namespace ttt
