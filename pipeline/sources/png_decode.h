#pragma once
#include <string>
#include <string_view>

#include "pipeline/sources/image_file.h"

namespace ttt {

/// Decodes a PNG file in memory to RGB. On failure `problem` says what is wrong with it, and the bitmap is
/// empty.
struct PngResult {
  Bitmap image;
  std::string problem;
};
PngResult decode_png(std::string_view bytes, int longest_side);

}  // namespace ttt
