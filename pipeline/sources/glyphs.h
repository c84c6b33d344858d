#pragma once
#include <cstdint>
#include <memory>

#include "kernels/image.h"
#include "pipeline/sources/image_set.h"

namespace ttt {

/// The built-in data set: drawn letters, 32 x 32 RGB, ten classes of which none is a rotation of itself or of
/// another (rotation is the auxiliary task). Image `id` is a pure function of (seed, id); its class is id
/// mod 10. The training part begins at id 0, the test part at id 2^32; each is as long as anyone wants.
std::unique_ptr<ImageSet> open_glyphs(uint64_t seed, DataPart part);

/// Image `id` before it is stored as bytes. [32, 32, 3]
Image draw_glyph(uint64_t seed, int64_t id);

}  // namespace ttt
