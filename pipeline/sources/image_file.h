#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

/// An image as files hold it.
struct Bitmap {
  int height = 0, width = 0;
  std::vector<uint8_t> bytes;  // [height, width, 3], red green blue
  bool operator==(const Bitmap&) const = default;
};

/// Decodes the bytes of a PNG or JPEG file, whichever the first of them say; grey, palette, CMYK and 16-bit
/// images become 8-bit RGB; colour profiles, gamma and EXIF orientation are left alone. Throws a data Error
/// naming the file when it is damaged, transparent, larger than 8192 pixels a side or neither.
Bitmap decode_image(const std::filesystem::path& file, const std::string& bytes);
Bitmap read_image(const std::filesystem::path& file);

/// The bytes of a PNG file of the image.
std::string encode_png(const Bitmap& image);

/// Publishes the image as a PNG file.
void write_png(const std::filesystem::path& file, const Bitmap& image);

}  // namespace ttt
