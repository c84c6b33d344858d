#include "kernels/lanes/residual_block.h"

#include <gtest/gtest.h>

#include "kernels/lanes/composed_block.h"
#include "kernels/lanes/cpu_block.h"
#include "kernels/lanes/rounding.h"
#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

struct Case {
  int in, out, size, stride, groups;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.in << " to " << c.out << " channels, " << c.size << " x " << c.size << ", stride "
             << c.stride;
}

BlockWeights weights_of(const Case& c, int64_t lanes, at::ScalarType type) {
  return {1 + 0.3 * normals({lanes, c.in}, 11, type),
          0.3 * normals({lanes, c.in}, 12, type),
          0.2 * normals({lanes, c.out, c.in, 3, 3}, 13, type),
          1 + 0.3 * normals({lanes, c.out}, 14, type),
          0.3 * normals({lanes, c.out}, 15, type),
          0.2 * normals({lanes, c.out, c.out, 3, 3}, 16, type)};
}

std::vector<at::Tensor> all(const BlockWeights& w) {
  return {w.norm1_scale, w.norm1_shift, w.conv1, w.norm2_scale, w.norm2_shift, w.conv2};
}

BlockWeights lane_of(const BlockWeights& w, int64_t k) {
  const auto one = [&](const at::Tensor& t) { return t.narrow(0, k, 1); };
  return {one(w.norm1_scale), one(w.norm1_shift), one(w.conv1),
          one(w.norm2_scale), one(w.norm2_shift), one(w.conv2)};
}

/// x rounded, as if that were differentiable with slope one.
at::Tensor straight_through(const at::Tensor& x, Precision precision) {
  return x + (rounded(x.detach(), precision) - x.detach());
}

/// A convolution of rounded operands whose gradients are made of rounded operands, too.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& w, int stride, Precision precision) {
  if (precision == Precision::float32) return at::conv2d(x, w, {}, stride, 1);
  const at::Tensor y =
      at::conv2d(straight_through(x, precision), straight_through(w, precision), {}, stride, 1);
  y.register_hook([=](const at::Tensor& dy) { return straight_through(dy, precision); });
  return y;
}

/// The oracle: one lane written with LibTorch's operations under its own autograd, in memory order NCHW.
at::Tensor oracle(const at::Tensor& x /* [V, C, H, W] */, const std::vector<at::Tensor>& w, const Case& c,
                  Precision precision = Precision::float32) {
  const at::Tensor a = at::group_norm(x, c.groups, w[0], w[1], 1e-5).relu();
  const at::Tensor h = convolve(a, w[2], c.stride, precision);
  const at::Tensor b = at::group_norm(h, c.groups, w[3], w[4], 1e-5).relu();
  const at::Tensor pooled = c.stride == 1 ? x : at::avg_pool2d(x, 2, 2, 0, true, false);
  return convolve(b, w[5], 1, precision) + at::constant_pad_nd(pooled, {0, 0, 0, 0, 0, c.out - c.in});
}

/// y and the gradients of x and of all weights for one lane, in double.
std::vector<at::Tensor> outcome(const at::Tensor& x, const BlockWeights& w, const at::Tensor& dy, int64_t k,
                                const Case& c, Precision precision = Precision::float32) {
  std::vector<at::Tensor> leaves = {x[k].permute({0, 3, 1, 2}).to(at::kDouble)};
  for (const at::Tensor& t : all(w)) leaves.push_back(t[k].to(at::kDouble));
  for (at::Tensor& leaf : leaves) leaf = leaf.detach().requires_grad_();
  const at::Tensor y = oracle(leaves[0], {leaves.begin() + 1, leaves.end()}, c, precision);
  auto gradients = torch::autograd::grad({(y * dy[k].permute({0, 3, 1, 2}).to(at::kDouble)).sum()}, leaves);
  gradients[0] = gradients[0].permute({0, 2, 3, 1});
  gradients.insert(gradients.begin(), y.permute({0, 2, 3, 1}).detach());
  return gradients;
}

/// The same from the block.
std::vector<at::Tensor> outcome(const BlockForward& f, const BlockGradients& g, int64_t k) {
  std::vector<at::Tensor> of_lane = {f.y[k], g.input[k]};
  for (const at::Tensor& t : all(g.weights)) of_lane.push_back(t[k]);
  return of_lane;
}

class Block : public testing::TestWithParam<Case> {};

/// Forward and all gradients of every lane against the oracle in double; `bound` is relative to the largest
/// value.
void expect_oracle(const Case& c, at::ScalarType type, double bound) {
  const int64_t lanes = 3, views = 5;
  const at::Tensor x = normals({lanes, views, c.size, c.size, c.in}, 17, type);
  const BlockWeights w = weights_of(c, lanes, type);
  const BlockOptions options{c.stride, c.groups};
  const BlockForward f = residual_block(x, w, options);
  const at::Tensor dy = normals(f.y.sizes(), 18, type);
  const BlockGradients g = residual_block_backward(dy, x, f.state, w, options, true, true);
  for (int64_t k = 0; k < lanes; ++k) {
    const auto found = outcome(f, g, k), expected = outcome(x, w, dy, k, c);
    for (size_t i = 0; i < found.size(); ++i) EXPECT_LT(relative_error(found[i], expected[i]), bound) << i;
  }
}

TEST_P(Block, EqualsTheOracleInDouble) { expect_oracle(GetParam(), at::kDouble, 1e-11); }
TEST_P(Block, EqualsTheOracleInSingle) { expect_oracle(GetParam(), at::kFloat, 3e-5); }

TEST_P(Block, MultipliesWhatItRoundedToThePrecision) {
  const Case c = GetParam();
  const at::Tensor x = normals({1, 5, c.size, c.size, c.in}, 17);  // sums in double: no value is near a tie
  const BlockWeights w = weights_of(c, 1, at::kDouble);
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    const BlockOptions options{c.stride, c.groups, Convolution::winograd4, precision};
    const BlockForward f = residual_block(x, w, options);
    const at::Tensor dy = normals(f.y.sizes(), 18);
    const auto found = outcome(f, residual_block_backward(dy, x, f.state, w, options, true, true), 0);
    const auto expected = outcome(x, w, dy, 0, c, precision), exact = outcome(x, w, dy, 0, c);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT(relative_error(found[i], expected[i]), 1e-11) << name(precision) << ' ' << i;
      EXPECT_GT(relative_error(found[i], exact[i]), 1e-5) << name(precision) << ' ' << i;
    }
  }
}

TEST_P(Block, GivesALaneTheSameBytesWhoeverItsNeighboursAre) {
  const Case c = GetParam();
  const at::Tensor x = normals({4, 3, c.size, c.size, c.in}, 17, at::kFloat);
  const BlockWeights w = weights_of(c, 4, at::kFloat);
  const BlockOptions options{c.stride, c.groups};
  const BlockForward together = residual_block(x, w, options);
  const at::Tensor dy = normals(together.y.sizes(), 18, at::kFloat);
  const BlockGradients g = residual_block_backward(dy, x, together.state, w, options, true, true);
  for (int64_t k = 0; k < 4; ++k) {
    const at::Tensor xk = x.narrow(0, k, 1);
    const BlockForward alone = residual_block(xk, lane_of(w, k), options);
    EXPECT_TRUE(together.y.narrow(0, k, 1).equal(alone.y));
    const BlockGradients ga =
        residual_block_backward(dy.narrow(0, k, 1), xk, alone.state, lane_of(w, k), options, true, true);
    EXPECT_TRUE(g.input.narrow(0, k, 1).equal(ga.input));
    for (size_t i = 0; i < 6; ++i)
      EXPECT_TRUE(all(g.weights)[i].narrow(0, k, 1).equal(all(ga.weights)[i])) << i;
  }
}

TEST_P(Block, PredictsTheSameBytesWhenItKeepsNothing) {
  const Case c = GetParam();
  const at::Tensor x = normals({2, 3, c.size, c.size, c.in}, 17, at::kFloat);
  const BlockWeights w = weights_of(c, 2, at::kFloat);
  BlockOptions options{c.stride, c.groups};
  const at::Tensor y = residual_block(x, w, options).y;
  options.keep = false;
  const BlockForward prediction = residual_block(x, w, options);
  EXPECT_TRUE(prediction.y.equal(y));
  EXPECT_NE(prediction.state.inner.defined(), cpu_block_supported(x, w, options));
}

TEST_P(Block, ALaneOfNotANumberLeavesItsNeighboursAlone) {
  const Case c = GetParam();
  at::Tensor x = normals({3, 2, c.size, c.size, c.in}, 17, at::kFloat);
  const BlockWeights w = weights_of(c, 3, at::kFloat);
  const BlockOptions options{c.stride, c.groups};
  const at::Tensor y = residual_block(x, w, options).y;
  x[1].fill_(std::numeric_limits<float>::quiet_NaN());
  const at::Tensor poisoned = residual_block(x, w, options).y;
  EXPECT_TRUE(poisoned[0].equal(y[0]));
  EXPECT_TRUE(poisoned[2].equal(y[2]));
}

INSTANTIATE_TEST_SUITE_P(Shapes, Block,
                         testing::Values(Case{16, 16, 8, 1, 8}, Case{16, 32, 8, 2, 8}, Case{8, 8, 16, 1, 4},
                                         Case{8, 16, 12, 2, 4}, Case{16, 16, 7, 1, 8}, Case{16, 16, 14, 2, 8},
                                         Case{12, 12, 6, 1, 4}, Case{6, 12, 7, 2, 3}));

TEST(ResidualBlock, TakesTheHandWrittenKernelsForChannelsInEights) {
  const auto supported = [](const Case& c, at::ScalarType type, Convolution convolution = Convolution::direct,
                            Precision precision = Precision::float32) {
    return cpu_block_supported(normals({1, 1, c.size, c.size, c.in}, 1, type), weights_of(c, 1, type),
                               {c.stride, c.groups, convolution, precision});
  };
  EXPECT_TRUE(supported({16, 16, 8, 1, 8}, at::kFloat));
  EXPECT_FALSE(supported({16, 16, 8, 1, 8}, at::kDouble));
  EXPECT_FALSE(supported({16, 16, 8, 1, 8}, at::kFloat, Convolution::libtorch));
  EXPECT_FALSE(supported({16, 16, 8, 1, 8}, at::kFloat, Convolution::direct, Precision::bf16));
  EXPECT_FALSE(supported({12, 12, 8, 1, 4}, at::kFloat));
}

}  // namespace
}  // namespace ttt::lanes
