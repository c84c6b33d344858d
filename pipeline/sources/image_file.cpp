#include "pipeline/sources/image_file.h"

#include <png.h>
#include <turbojpeg.h>

#include <cassert>
#include <memory>

#include "pipeline/sources/png_decode.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int longest_side = 8192;  // pixels; a damaged header may claim any size

/// [n, 4] of cyan, magenta, yellow and black, stored as what the ink leaves of the light (as Adobe's programs
/// store them and Pillow takes for granted) -> [n, 3]: light passes both inks.
std::vector<uint8_t> rgb_of_inks(const std::vector<uint8_t>& cmyk) {
  std::vector<uint8_t> rgb;
  rgb.reserve(cmyk.size() / 4 * 3);
  for (size_t i = 0; i < cmyk.size(); i += 4)
    for (size_t ink = 0; ink < 3; ++ink)
      rgb.push_back(static_cast<uint8_t>((cmyk[i + ink] * cmyk[i + 3] + 127) / 255));
  return rgb;
}

Bitmap decode_jpeg(const fs::path& file, const std::string& bytes) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), tjDestroy);
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto damaged = [&] {
    fail(ExitCode::data, "{}: damaged JPEG: {}", file.string(), tjGetErrorStr2(decoder.get()));
  };

  Bitmap image;
  int subsampling = 0, colour_space = 0;
  if (tjDecompressHeader3(decoder.get(), data, bytes.size(), &image.width, &image.height, &subsampling,
                          &colour_space))
    damaged();
  if (image.width > longest_side || image.height > longest_side)
    fail(ExitCode::data, "{}: is {} x {} pixels (at most {} a side)", file.string(), image.width,
         image.height, longest_side);
  const bool inks = colour_space == TJCS_CMYK || colour_space == TJCS_YCCK;
  image.bytes.resize(size_t{inks ? 4U : 3U} * image.width * image.height);
  const int flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
  if (tjDecompress2(decoder.get(), data, bytes.size(), image.bytes.data(), image.width, 0, image.height,
                    inks ? TJPF_CMYK : TJPF_RGB, flags))
    damaged();
  if (inks) image.bytes = rgb_of_inks(image.bytes);
  return image;
}

}  // namespace

Bitmap decode_image(const fs::path& file, const std::string& bytes) {
  if (bytes.starts_with("\xff\xd8")) return decode_jpeg(file, bytes);
  if (!bytes.starts_with("\x89PNG")) fail(ExitCode::data, "{}: is neither PNG nor JPEG", file.string());
  PngResult png = decode_png(bytes, longest_side);
  if (!png.problem.empty()) fail(ExitCode::data, "{}: cannot use this PNG: {}", file.string(), png.problem);
  return std::move(png.image);
}

Bitmap read_image(const fs::path& file) { return decode_image(file, read_file(file)); }

std::string encode_png(const Bitmap& image) {
  assert(image.bytes.size() == size_t{3} * image.width * image.height);
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGB;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png), '\0');
  size_t size = bytes.size();
  if (!png_image_write_to_memory(&png, bytes.data(), &size, 0, image.bytes.data(), 0, nullptr))
    fail(ExitCode::internal, "cannot encode an image as PNG: {}", png.message);
  bytes.resize(size);
  return bytes;
}

void write_png(const fs::path& file, const Bitmap& image) { publish(file, encode_png(image)); }

}  // namespace ttt
