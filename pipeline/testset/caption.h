#pragma once
#include <string>

#include "pipeline/sources/image_file.h"

namespace ttt {

/// A line of text, black on white, 8 x `scale` pixels high and 6 x `scale` a character wide. Letters come out
/// in lower case; what is not a letter, digit, _, - or . comes out as a blank.
Bitmap draw_caption(const std::string& text, int scale);

}  // namespace ttt
