#include "kernels/cpu/head/head.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/norm/norm.h"

// The linear layer is a thousandth of a network's work: plain loops.

namespace ttt::cpu {
namespace {

NormShape norm_of(const HeadShape& shape) {
  return {shape.height,      shape.width,   shape.channels,
          shape.norm_groups, shape.epsilon, vector_floats(shape.channels)};
}

int64_t image_floats(const HeadShape& shape) {
  return static_cast<int64_t>(shape.height) * shape.width * shape.channels;
}

/// logits = linear pooled + bias, of one image.
void classify(const HeadShape& shape, const HeadWeights& weights, const float* pooled, float* logits) {
  for (int k = 0; k < shape.classes; ++k) {
    const float* row = weights.linear + static_cast<int64_t>(k) * shape.channels;
    float sum = weights.bias[k];
    for (int c = 0; c < shape.channels; ++c) sum += row[c] * pooled[c];
    logits[k] = sum;
  }
}

/// Adds an image's share to the gradients of linear and bias.
void add_linear_gradient(const HeadShape& shape, const float* pooled, const float* dlogits,
                         const HeadGradients& gradients) {
  for (int k = 0; k < shape.classes; ++k) {
    if (gradients.bias) gradients.bias[k] += dlogits[k];
    if (!gradients.linear) continue;
    float* row = gradients.linear + static_cast<int64_t>(k) * shape.channels;
    for (int c = 0; c < shape.channels; ++c) row[c] += dlogits[k] * pooled[c];
  }
}

/// Gradient of every pixel's activation, [channels]: that of the average, shared out.
void pixel_gradient(const HeadShape& shape, const HeadWeights& weights, const float* dlogits,
                    float* gradient) {
  const float share = 1.0f / (static_cast<float>(shape.height) * static_cast<float>(shape.width));
  std::fill_n(gradient, shape.channels, 0.0f);
  for (int k = 0; k < shape.classes; ++k)
    for (int c = 0; c < shape.channels; ++c)
      gradient[c] += weights.linear[static_cast<int64_t>(k) * shape.channels + c] * dlogits[k];
  for (int c = 0; c < shape.channels; ++c) gradient[c] *= share;
}

}  // namespace

bool supported(const HeadShape& shape) {
  return shape.images > 0 && shape.height > 0 && shape.width > 0 && shape.classes > 0 && shape.channels > 0 &&
         shape.channels % 8 == 0 && shape.norm_groups > 0 && shape.channels % shape.norm_groups == 0;
}

void head_forward(const HeadShape& shape, const HeadWeights& weights, const float* x, float* logits,
                  const HeadSaved& saved, Scratch& scratch) {
  assert(supported(shape));
  const NormShape norm = norm_of(shape);
  const float share = 1.0f / (static_cast<float>(shape.height) * static_cast<float>(shape.width));
  for (int64_t i = 0; i < shape.images; ++i) {
    const Scratch::Lease lease(scratch);
    float* moments = saved.moments + i * shape.norm_groups * 2;
    float* sums = scratch.take(shape.channels);
    const ConstPixels image =
        tensor_pixels(x + i * image_floats(shape), shape.width, shape.channels, norm.simd);
    norm_moments(norm, image, moments, scratch);
    norm_relu_sums(norm, image, norm_terms(norm, weights.scale, weights.shift, moments, scratch), sums);
    float* pooled = saved.pooled + i * shape.channels;
    for (int c = 0; c < shape.channels; ++c) pooled[c] = sums[c] * share;
    classify(shape, weights, pooled, logits + i * shape.classes);
  }
}

void head_backward(const HeadShape& shape, const HeadWeights& weights, const float* x, const HeadSaved& saved,
                   const float* dlogits, const HeadGradients& gradients, Scratch& scratch) {
  assert(supported(shape));
  const NormShape norm = norm_of(shape);
  clear(gradients.scale, shape.channels);
  clear(gradients.shift, shape.channels);
  clear(gradients.linear, static_cast<int64_t>(shape.classes) * shape.channels);
  clear(gradients.bias, shape.classes);
  for (int64_t i = 0; i < shape.images; ++i) {
    const Scratch::Lease lease(scratch);
    const float* moments = saved.moments + i * shape.norm_groups * 2;
    const float* image_dlogits = dlogits + i * shape.classes;
    add_linear_gradient(shape, saved.pooled + i * shape.channels, image_dlogits, gradients);

    float* gradient = scratch.take(shape.channels);
    float* dz = scratch.take(image_floats(shape));
    pixel_gradient(shape, weights, image_dlogits, gradient);
    const auto pixels = [&](auto* image) {
      return tensor_pixels(image, shape.width, shape.channels, norm.simd);
    };
    const ConstPixels image = pixels(x + i * image_floats(shape));
    const NormSums sums = take_sums(shape.channels, scratch);
    gate_constant(norm, image, norm_terms(norm, weights.scale, weights.shift, moments, scratch), gradient,
                  pixels(dz), sums);
    for (int c = 0; gradients.scale && c < shape.channels; ++c) gradients.scale[c] += sums.dz_xhat[c];
    for (int c = 0; gradients.shift && c < shape.channels; ++c) gradients.shift[c] += sums.dz[c];
    if (gradients.x)
      norm_input_gradient(norm, image, pixels(dz), norm_gradient(norm, weights.scale, moments, sums, scratch),
                          {}, pixels(gradients.x + i * image_floats(shape)));
  }
}

}  // namespace ttt::cpu
