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
  image.bytes.resize(size_t{3} * image.width * image.height);
  const int flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
  if (tjDecompress2(decoder.get(), data, bytes.size(), image.bytes.data(), image.width, 0, image.height,
                    TJPF_RGB, flags))
    damaged();
  return image;
}

}  // namespace

Bitmap read_image(const fs::path& file) {
  const std::string bytes = read_file(file);
  if (bytes.starts_with("\xff\xd8")) return decode_jpeg(file, bytes);
  if (!bytes.starts_with("\x89PNG")) fail(ExitCode::data, "{}: is neither PNG nor JPEG", file.string());
  PngResult png = decode_png(bytes, longest_side);
  if (!png.problem.empty()) fail(ExitCode::data, "{}: cannot use this PNG: {}", file.string(), png.problem);
  return std::move(png.image);
}

void write_png(const fs::path& file, const Bitmap& image) {
  assert(image.bytes.size() == size_t{3} * image.width * image.height);
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGB;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png), '\0');
  size_t size = bytes.size();
  if (!png_image_write_to_memory(&png, bytes.data(), &size, 0, image.bytes.data(), 0, nullptr))
    fail(ExitCode::internal, "{}: cannot encode PNG: {}", file.string(), png.message);
  publish(file, std::string_view(bytes).substr(0, size));
}

}  // namespace ttt
