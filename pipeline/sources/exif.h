#pragma once
#include <string_view>

namespace ttt {

/// How a camera was held, as the bytes of a JPEG file say it: 1 to 8 as in the EXIF standard (tag 0x0112), 1
/// (upright) when they say nothing or nothing that can be read.
int exif_orientation(std::string_view jpeg);

}  // namespace ttt
