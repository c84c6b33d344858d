#pragma once
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/block_case.h"

namespace ttt::cuda {

/// A block of one lane in float64. Backward starts from the `inner` the kernels saved: a value that rounding
/// pushes through zero would otherwise open or close a ReLU.
struct BlockTruth {
  reference::Values y, inner, dx, dconv1, dconv2;
  reference::NormGradients first, second;

  BlockTruth(const BlockCase& c, const Floats& saved_inner) {
    using namespace reference;
    const BlockShape& s = c.s;
    const ConvShape conv2 = s.conv2();
    const Size in = {s.views, s.height, s.width, s.in_channels},
               out = {s.views, conv2.height, conv2.width, s.out_channels};
    const NormOptions options = {s.norm_groups, s.epsilon};
    const Values x = widened(c.x), dy = widened(c.dy), w1 = widened(c.conv1), w2 = widened(c.conv2);
    const Values scale1 = widened(c.scale1), scale2 = widened(c.scale2), shift2 = widened(c.shift2);
    const Normed norm1 = norm_relu(in, options, x, scale1, widened(c.shift1));
    inner = conv(in, norm1.a, w1, s.out_channels, s.stride);
    y = conv(out, norm_relu(out, options, inner, scale2, shift2).a, w2, s.out_channels, 1);
    const Values shortcut = s.stride == 1 ? x : pooled(in, x, s.out_channels);
    for (size_t i = 0; i < y.size(); ++i) y[i] += shortcut[i];

    const Normed norm2 = norm_relu(out, options, widened(saved_inner), scale2, shift2);
    dconv2 = conv_weight_gradient(out, norm2.a, dy, s.out_channels, 1);
    second =
        norm_relu_gradient(out, options, norm2, scale2, conv_input_gradient(out, dy, w2, s.out_channels, 1));
    dconv1 = conv_weight_gradient(in, norm1.a, second.x, s.out_channels, s.stride);
    first = norm_relu_gradient(in, options, norm1, scale1,
                               conv_input_gradient(in, second.x, w1, s.out_channels, s.stride));
    dx = s.stride == 1 ? dy : pooled_gradient(in, dy, s.out_channels);
    for (size_t i = 0; i < dx.size(); ++i) dx[i] += first.x[i];
  }
};

}  // namespace ttt::cuda
