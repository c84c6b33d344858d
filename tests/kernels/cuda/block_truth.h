#pragma once
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/block_case.h"
#include "tests/kernels/cuda/rounded.h"

namespace ttt::cuda {

/// A block of one lane in float64, of operands rounded as its precision says. Backward starts from the
/// `inner` the kernels saved: a value that rounding pushes through zero would otherwise open or close a ReLU.
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
    const auto round = [&](const Values& values) { return rounded(values, s.precision); };
    const Values x = widened(c.x), dy = widened(c.dy), w1 = round(widened(c.conv1)),
                 w2 = round(widened(c.conv2));
    const Values scale1 = widened(c.scale1), scale2 = widened(c.scale2), shift2 = widened(c.shift2);
    const Normed norm1 = norm_relu(in, options, x, scale1, widened(c.shift1));
    inner = conv(in, round(norm1.a), w1, s.out_channels, s.stride);
    y = conv(out, round(norm_relu(out, options, inner, scale2, shift2).a), w2, s.out_channels, 1);
    const Values shortcut = s.stride == 1 ? x : pooled(in, x, s.out_channels);
    for (size_t i = 0; i < y.size(); ++i) y[i] += shortcut[i];

    const Normed norm2 = norm_relu(out, options, widened(saved_inner), scale2, shift2);
    dconv2 = conv_weight_gradient(out, round(norm2.a), round(dy), s.out_channels, 1);
    second = norm_relu_gradient(out, options, norm2, scale2,
                                conv_input_gradient(out, round(dy), w2, s.out_channels, 1));
    dconv1 = conv_weight_gradient(in, round(norm1.a), round(second.x), s.out_channels, s.stride);
    first = norm_relu_gradient(in, options, norm1, scale1,
                               conv_input_gradient(in, round(second.x), w1, s.out_channels, s.stride));
    dx = s.stride == 1 ? dy : pooled_gradient(in, dy, s.out_channels);
    for (size_t i = 0; i < dx.size(); ++i) dx[i] += first.x[i];
  }
};

}  // namespace ttt::cuda
