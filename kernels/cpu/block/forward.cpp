#include <algorithm>
#include <cassert>

#include "kernels/cpu/block/parts.h"
#include "kernels/cpu/block/shortcut.h"

namespace ttt::cpu {
namespace {

/// relu(norm(x)) of `count` images into a frame; moments are computed first, [count, groups, 2].
void normalise(const NormShape& norm, const float* scale, const float* shift, const float* x, int64_t count,
               float* moments, const Frame& frame, Scratch& scratch) {
  for (int64_t i = 0; i < count; ++i) {
    const Scratch::Lease lease(scratch);
    const ConstPixels image = pixels(norm, x + i * image_floats(norm));
    float* image_moments = moments + i * norm.groups * 2;
    norm_moments(norm, image, image_moments, scratch);
    norm_relu(norm, image, norm_terms(norm, scale, shift, image_moments, scratch), frame.pixels(i));
  }
}

/// Lets what the images after [first, first + count) touch be fetched while these are worked on.
void look_ahead(const BlockShape& shape, const Parts& parts, int64_t first, int64_t count, const float* x,
                float* y, const BlockSaved* saved, Ahead& ahead) {
  ahead.start(fetches(parts.conv1, count) + fetches(parts.conv2, count));
  const int64_t next = first + count, images = std::min(parts.group, shape.images - next);
  if (images <= 0) return;
  ahead.expect(x + next * shape.in_floats(), images * shape.in_floats());
  if (saved) ahead.expect(saved->middle + next * shape.out_floats(), images * shape.out_floats());
  ahead.expect(y + next * shape.out_floats(), images * shape.out_floats());
}

}  // namespace

void block_forward(const BlockShape& shape, const BlockNorms& norms, const PackedBlock& convs, const float* x,
                   float* y, const BlockSaved* saved, Scratch& scratch) {
  assert(supported(shape) && convs.conv1());
  const Scratch::Lease lease(scratch);
  const Parts parts = parts_of(shape);
  const Frame in = take_input_frame(parts.conv1, parts.group, scratch);
  const Frame middle_frame =
      shape.stride == 1 ? in : take_input_frame(parts.conv2, parts.group, scratch);  // one stays in cache
  const int64_t group_moments = parts.group * shape.norm_groups * 2;
  const BlockSaved unsaved = {scratch.take(parts.group * shape.out_floats()), scratch.take(group_moments),
                              scratch.take(group_moments)};

  for (int64_t first = 0; first < shape.images; first += parts.group) {
    const int64_t count = std::min(parts.group, shape.images - first);
    const int64_t moments_at = first * shape.norm_groups * 2;
    const BlockSaved here = saved ? BlockSaved{saved->middle + first * shape.out_floats(),
                                               saved->moments1 + moments_at, saved->moments2 + moments_at}
                                  : unsaved;
    const float* x_here = x + first * shape.in_floats();
    float* y_here = y + first * shape.out_floats();
    look_ahead(shape, parts, first, count, x, y, saved, scratch.ahead);
    normalise(parts.norm1, norms.scale1, norms.shift1, x_here, count, here.moments1, in, scratch);
    convolve(parts.conv1, in, count, convs.conv1(), nullptr, here.middle, scratch);
    normalise(parts.norm2, norms.scale2, norms.shift2, here.middle, count, here.moments2, middle_frame,
              scratch);
    const float* shortcut = x_here;
    if (shape.stride == 2) {
      for (int64_t i = 0; i < count; ++i)
        pooled_shortcut(shape, x_here + i * shape.in_floats(), y_here + i * shape.out_floats());
      shortcut = y_here;
    }
    convolve(parts.conv2, middle_frame, count, convs.conv2(), shortcut, y_here, scratch);
  }
}

}  // namespace ttt::cpu
