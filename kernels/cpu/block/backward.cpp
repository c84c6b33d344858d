#include <algorithm>
#include <array>
#include <cassert>

#include "kernels/cpu/block/parts.h"
#include "kernels/cpu/block/shortcut.h"

namespace ttt::cpu {
namespace {

/// Copies dy of `count` images into a frame.
void frame_gradient(const NormShape& norm, const float* dy, int64_t count, const Frame& frame) {
  for (int64_t i = 0; i < count; ++i)
    copy_pixels(norm, pixels(norm, dy + i * image_floats(norm)), frame.pixels(i));
}

/// Where a convolution's weight gradient is summed; null if it is not wanted.
float* take_weight_sums(const Conv& conv, const float* wanted, Scratch& scratch) {
  if (!wanted) return nullptr;
  float* sums = scratch.take(gradient_floats(conv));
  clear(sums, gradient_floats(conv));
  return sums;
}

/// One half of a block, conv(relu(norm(x))), seen from behind.
struct Half {
  const Conv& conv;
  const NormShape& norm;
  const float *scale, *shift;
  const float* mirrored;   // weights, packed for input gradients
  float *dscale, *dshift;  // summed over images; null: not wanted
  float* dweights;         // likewise, as the kernels sum them
  Frame input;             // of the convolution: made again, then overwritten by its gradient
};

/// From dy in a frame: adds the gradients of the parameters, then calls write(image, gradient) for every
/// image, with `gradient` what turns the masked gradient of the norm's output, now in half.input, into dx.
template <class Write>
void half_backward(const Half& half, const float* x, const float* moments, const Frame& dy, int64_t count,
                   Scratch& scratch, Write&& write) {
  const Scratch::Lease lease(scratch);
  const NormShape& norm = half.norm;
  std::array<NormTerms, kStrip> terms;
  std::array<NormSums, kStrip> sums;
  for (int64_t i = 0; i < count; ++i) {
    terms[i] = norm_terms(norm, half.scale, half.shift, moments + i * norm.groups * 2, scratch);
    sums[i] = take_sums(norm.channels, scratch);
  }
  if (half.dweights) {
    for (int64_t i = 0; i < count; ++i)
      norm_relu(norm, pixels(norm, x + i * image_floats(norm)), terms[i], half.input.pixels(i));
    add_weight_gradient(half.conv, half.input, dy, count, half.dweights, scratch);
  }
  convolve_back(half.conv, dy, count, half.mirrored, {x, terms.data(), sums.data()}, half.input, scratch);
  for (int64_t i = 0; i < count; ++i) {
    for (int c = 0; half.dscale && c < norm.channels; ++c) half.dscale[c] += sums[i].dz_xhat[c];
    for (int c = 0; half.dshift && c < norm.channels; ++c) half.dshift[c] += sums[i].dz[c];
    write(i, norm_gradient(norm, half.scale, moments + i * norm.groups * 2, sums[i], scratch));
  }
}

/// Lets what the images after [first, first + count) touch be fetched while these are worked on.
void look_ahead(const BlockShape& shape, const Parts& parts, int64_t first, int64_t count, const float* x,
                const BlockSaved& saved, const float* dy, const BlockGradients& gradients, Ahead& ahead) {
  ahead.start((gradients.conv1 ? 2 : 1) * fetches(parts.conv1, count) +
              (gradients.conv2 ? 2 : 1) * fetches(parts.conv2, count));
  const int64_t next = first + count, images = std::min(parts.group, shape.images - next);
  if (images <= 0) return;
  ahead.expect(dy + next * shape.out_floats(), images * shape.out_floats());
  ahead.expect(saved.middle + next * shape.out_floats(), images * shape.out_floats());
  ahead.expect(x + next * shape.in_floats(), images * shape.in_floats());
  if (gradients.x) ahead.expect(gradients.x + next * shape.in_floats(), images * shape.in_floats());
}

}  // namespace

void block_backward(const BlockShape& shape, const BlockNorms& norms, const PackedBlock& convs,
                    const float* x, const BlockSaved& saved, const float* dy, const BlockGradients& gradients,
                    Scratch& scratch) {
  assert(supported(shape) && convs.mirrored2());
  const Scratch::Lease lease(scratch);
  const Parts parts = parts_of(shape);
  clear(gradients.scale1, shape.in_channels);
  clear(gradients.shift1, shape.in_channels);
  clear(gradients.scale2, shape.out_channels);
  clear(gradients.shift2, shape.out_channels);

  // Two frames stay in cache, where four would not: the first half of a block is worked on where the gradient
  // of y lay.
  const Frame out = take_output_frame(parts.conv2, parts.group, scratch);
  const Half half2 = {parts.conv2,
                      parts.norm2,
                      norms.scale2,
                      norms.shift2,
                      convs.mirrored2(),
                      gradients.scale2,
                      gradients.shift2,
                      take_weight_sums(parts.conv2, gradients.conv2, scratch),
                      take_input_frame(parts.conv2, parts.group, scratch)};
  const Half half1 = {parts.conv1,
                      parts.norm1,
                      norms.scale1,
                      norms.shift1,
                      convs.mirrored1(),
                      gradients.scale1,
                      gradients.shift1,
                      take_weight_sums(parts.conv1, gradients.conv1, scratch),
                      shape.stride == 1 ? out : take_input_frame(parts.conv1, parts.group, scratch)};

  for (int64_t first = 0; first < shape.images; first += parts.group) {
    const int64_t count = std::min(parts.group, shape.images - first);
    const int64_t moments_at = first * shape.norm_groups * 2;
    const float* x_here = x + first * shape.in_floats();
    const float* middle = saved.middle + first * shape.out_floats();
    const float* dy_here = dy + first * shape.out_floats();

    look_ahead(shape, parts, first, count, x, saved, dy, gradients, scratch.ahead);
    frame_gradient(parts.norm2, dy_here, count, out);
    half_backward(half2, middle, saved.moments2 + moments_at, out, count, scratch,
                  [&](int64_t i, const NormGradient& gradient) {
                    const Pixels dz = half2.input.pixels(i);
                    norm_input_gradient(parts.norm2, pixels(parts.norm2, middle + i * shape.out_floats()), dz,
                                        gradient, {}, dz);
                  });
    half_backward(half1, x_here, saved.moments1 + moments_at, half2.input, count, scratch,
                  [&](int64_t i, const NormGradient& gradient) {
                    if (!gradients.x) return;
                    float* dx = gradients.x + (first + i) * shape.in_floats();
                    const float* shortcut = dy_here + i * shape.out_floats();
                    if (shape.stride == 2) {
                      pooled_shortcut_gradient(shape, shortcut, dx);
                      shortcut = dx;
                    }
                    norm_input_gradient(parts.norm1, pixels(parts.norm1, x_here + i * shape.in_floats()),
                                        half1.input.pixels(i), gradient, pixels(parts.norm1, shortcut),
                                        tensor_pixels(dx, shape.width, shape.in_channels, parts.norm1.simd));
                  });
  }
  if (gradients.conv1) unpack_weight_gradient(parts.conv1, half1.dweights, gradients.conv1, scratch);
  if (gradients.conv2) unpack_weight_gradient(parts.conv2, half2.dweights, gradients.conv2, scratch);
}

}  // namespace ttt::cpu
