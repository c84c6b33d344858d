#include "kernels/cpu/block/block.h"

#include <gtest/gtest.h>

#include <ostream>
#include <tuple>

#include "kernels/cpu/isa.h"
#include "tests/kernels/cpu/block_case.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cpu {

std::ostream& operator<<(std::ostream& out, const BlockShape& s) {
  constexpr const char* names[] = {"F4", "F2", "direct"};
  return out << s.images << " images " << s.height << "x" << s.width << " " << s.in_channels << "->"
             << s.out_channels << " stride " << s.stride << " groups " << s.norm_groups << " "
             << names[static_cast<int>(s.algorithm)];
}

namespace {

using reference::Normed;
using reference::NormGradients;
using reference::Size;
using reference::Values;

/// The same block in float64.
struct Truth {
  Size in, out;
  Values y, middle;
  NormGradients first, second;
  Values dx, dconv1, dconv2;

  /// Backward starts from the `middle` the kernels saved: a value that rounding pushes through zero would
  /// otherwise open or close a ReLU.
  explicit Truth(const BlockCase& c) {
    using namespace reference;
    const BlockShape& s = c.shape;
    in = {s.images, s.height, s.width, s.in_channels};
    out = {s.images, s.out_height(), s.out_width(), s.out_channels};
    const NormOptions options = {s.norm_groups, s.epsilon};
    const Values x = widened(c.x), dy = widened(c.dy), conv1 = widened(c.conv1), conv2 = widened(c.conv2);
    const Normed norm1 = norm_relu(in, options, x, widened(c.scale1), widened(c.shift1));
    middle = conv(in, norm1.a, conv1, s.out_channels, s.stride);
    y = conv(out, norm_relu(out, options, middle, widened(c.scale2), widened(c.shift2)).a, conv2,
             s.out_channels, 1);
    const Values shortcut = s.stride == 1 ? x : pooled(in, x, s.out_channels);
    for (size_t i = 0; i < y.size(); ++i) y[i] += shortcut[i];
    if (c.dx.empty()) return;

    const Normed norm2 = norm_relu(out, options, widened(c.middle), widened(c.scale2), widened(c.shift2));
    dconv2 = conv_weight_gradient(out, norm2.a, dy, s.out_channels, 1);
    second = norm_relu_gradient(out, options, norm2, widened(c.scale2),
                                conv_input_gradient(out, dy, conv2, s.out_channels, 1));
    dconv1 = conv_weight_gradient(in, norm1.a, second.x, s.out_channels, s.stride);
    first = norm_relu_gradient(in, options, norm1, widened(c.scale1),
                               conv_input_gradient(in, second.x, conv1, s.out_channels, s.stride));
    dx = s.stride == 1 ? dy : pooled_gradient(in, dy, s.out_channels);
    for (size_t i = 0; i < dx.size(); ++i) dx[i] += first.x[i];
  }
};

std::vector<BlockShape> shapes() {
  std::vector<BlockShape> shapes;
  for (const ConvAlgorithm algorithm :
       {ConvAlgorithm::winograd4, ConvAlgorithm::winograd2, ConvAlgorithm::direct}) {
    const auto add = [&](int64_t images, int height, int width, int in, int out, int stride, int groups) {
      shapes.push_back({images, height, width, in, out, stride, groups, 1e-5f, algorithm});
    };
    add(1, 16, 16, 8, 8, 1, 4);  // the default network
    add(9, 16, 16, 8, 16, 2, 4);
    add(8, 8, 8, 16, 32, 2, 4);
    add(2, 4, 4, 32, 32, 1, 4);
    add(2, 32, 32, 16, 16, 1, 8);  // the reference network
    add(3, 16, 16, 32, 32, 1, 8);
    add(5, 8, 8, 64, 64, 1, 8);
    add(2, 16, 16, 32, 64, 2, 8);
    add(1, 28, 28, 16, 16, 1, 4);  // sizes that tiles do not divide
    add(7, 7, 7, 16, 16, 1, 4);
    add(4, 5, 9, 24, 24, 1, 3);
    add(6, 1, 1, 8, 8, 1, 2);
    add(2, 14, 6, 24, 48, 2, 8);
    add(3, 15, 15, 16, 32, 2, 8);
    add(2, 13, 14, 32, 64, 2, 8);
    add(20, 7, 7, 16, 16, 2, 4);
    add(2, 7, 4, 8, 8, 2, 4);
    add(1, 1, 5, 8, 16, 2, 2);
    add(3, 2, 3, 40, 40, 1, 5);
  }
  return shapes;
}

class Block : public testing::TestWithParam<std::tuple<Isa, BlockShape>> {
 protected:
  void SetUp() override { pin_instruction_set(std::get<0>(GetParam())); }
  void TearDown() override { pin_instruction_set(available_instruction_sets().back()); }
  const BlockShape& shape() const { return std::get<1>(GetParam()); }
  /// Two norms, two convolutions and sums over a group: a few times one convolution's error.
  double bound() const { return shape().algorithm == ConvAlgorithm::winograd4 ? 2e-5 : 4e-6; }
  Scratch scratch_;
};

TEST_P(Block, ForwardIsThatOfFloat64) {
  BlockCase c(shape());
  c.forward(scratch_);
  const Truth truth(c);
  EXPECT_LE(reference::relative_error(c.middle, truth.middle), bound());
  EXPECT_LE(reference::relative_error(c.y, truth.y), bound());
}

TEST_P(Block, GradientsAreThoseOfFloat64) {
  BlockCase c(shape());
  c.forward(scratch_);
  c.backward(scratch_);
  const Truth truth(c);
  using reference::relative_error;
  EXPECT_LE(relative_error(c.dx, truth.dx), bound());
  EXPECT_LE(relative_error(c.dconv1, truth.dconv1), bound());
  EXPECT_LE(relative_error(c.dconv2, truth.dconv2), bound());
  EXPECT_LE(relative_error(c.dscale1, truth.first.scale), bound());
  EXPECT_LE(relative_error(c.dshift1, truth.first.shift), bound());
  EXPECT_LE(relative_error(c.dscale2, truth.second.scale), bound());
  EXPECT_LE(relative_error(c.dshift2, truth.second.shift), bound());
}

INSTANTIATE_TEST_SUITE_P(Shapes, Block,
                         testing::Combine(testing::ValuesIn(available_instruction_sets()),
                                          testing::ValuesIn(shapes())));

}  // namespace
}  // namespace ttt::cpu
