#include "pipeline/sources/exif.h"

#include <bit>
#include <cstddef>
#include <cstdint>

// JPEG: FF D8, then segments FF TYPE LENGTH (16 bits big-endian, of itself and the content). APP1 (E1) may
// hold "Exif\0\0" and a TIFF file: byte order (II or MM), 42, the offset of its directory; there 16 bits with
// the number of entries, each of 12 bytes: tag, type, count, value.

namespace ttt {
namespace {

constexpr std::string_view exif_name("Exif\0\0", 6);
constexpr uint32_t orientation_tag = 0x0112, upright = 1, last_orientation = 8;

/// `count` bytes at `at` as a number; 0 past the end.
uint32_t number(std::string_view bytes, size_t at, size_t count, std::endian order) {
  if (at > bytes.size() || bytes.size() - at < count) return 0;
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<uint8_t>(bytes[order == std::endian::big ? at + i : at + count - 1 - i]);
  return value;
}

uint32_t orientation_of_tiff(std::string_view tiff) {
  const std::endian order = tiff.starts_with("MM") ? std::endian::big : std::endian::little;
  const size_t directory = number(tiff, 4, 4, order);
  const size_t entries = number(tiff, directory, 2, order);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    if (number(tiff, entry, 2, order) == orientation_tag) return number(tiff, entry + 8, 2, order);
  }
  return upright;
}

}  // namespace

int exif_orientation(std::string_view jpeg) {
  for (size_t at = 2; number(jpeg, at, 1, std::endian::big) == 0xff;) {
    const uint32_t type = number(jpeg, at + 1, 1, std::endian::big);
    const uint32_t length = number(jpeg, at + 2, 2, std::endian::big);
    if (type == 0xda || length < 2 || jpeg.size() - at < length + 2) break;  // the pixels, or damage
    const std::string_view content = jpeg.substr(at + 4, length - 2);
    if (type == 0xe1 && content.starts_with(exif_name)) {
      const uint32_t found = orientation_of_tiff(content.substr(exif_name.size()));
      return static_cast<int>(upright <= found && found <= last_orientation ? found : upright);
    }
    at += length + 2;
  }
  return upright;
}

}  // namespace ttt
