// Every lane operation against LibTorch's own operations with its own autograd, one lane at a time, and its
// gradients against central differences in double.
#include <gtest/gtest.h>

#include "kernels/lanes/composed_norm.h"
#include "kernels/lanes/convolution.h"
#include "kernels/lanes/group_norm.h"
#include "kernels/lanes/linear.h"
#include "kernels/lanes/losses.h"
#include "kernels/lanes/low_rank.h"
#include "kernels/lanes/norm_pool.h"
#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

constexpr double exact = 1e-12;       // double against double in another order
constexpr double differences = 1e-7;  // central differences with h = 1e-6

at::Tensor nchw(const at::Tensor& x, int64_t lane) { return x.select(0, lane).permute({0, 3, 1, 2}); }
at::Tensor nhwc(const at::Tensor& x) { return x.permute({0, 2, 3, 1}); }

class ConvolutionOf : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(ConvolutionOf, EqualsLibTorchInEveryLane) {
  const auto [size, stride] = GetParam();
  const at::Tensor x = normals({3, 2, size, size, 4}, 1), w = normals({3, 5, 4, 3, 3}, 2);
  const at::Tensor y = convolution(x, w, stride);
  for (int64_t k = 0; k < 3; ++k)
    EXPECT_LT(relative_error(y[k], nhwc(at::conv2d(nchw(x, k), w[k], {}, stride, 1))), exact);
}

TEST_P(ConvolutionOf, HasTheGradientsOfItsDifferences) {
  const auto [size, stride] = GetParam();
  const at::Tensor x = normals({2, 2, size, size, 4}, 1), w = normals({2, 5, 4, 3, 3}, 2);
  const at::Tensor dy = normals(convolution(x, w, stride).sizes(), 3);
  const auto g = convolution_backward(dy, x, w, stride, true, true);
  const int s = stride;
  const at::Tensor along_x = normals(x.sizes(), 4), along_w = normals(w.sizes(), 5);
  EXPECT_NEAR(inner_product(g.input, along_x),
              slope([&](const at::Tensor& v) { return inner_product(convolution(v, w, s), dy); }, x, along_x),
              differences * static_cast<double>(x.numel()));
  EXPECT_NEAR(inner_product(g.weight, along_w),
              slope([&](const at::Tensor& v) { return inner_product(convolution(x, v, s), dy); }, w, along_w),
              differences * static_cast<double>(x.numel()));
}

INSTANTIATE_TEST_SUITE_P(SizesAndStrides, ConvolutionOf,
                         testing::Combine(testing::Values(6, 7), testing::Values(1, 2)));

TEST(Convolution, ASharedWeightHasAGradientInEveryLane) {
  const at::Tensor x = normals({3, 2, 6, 6, 4}, 1), one = normals({1, 5, 4, 3, 3}, 2);
  const at::Tensor shared = one.expand({3, 5, 4, 3, 3}), own = shared.contiguous();
  const at::Tensor dy = normals({3, 2, 6, 6, 5}, 3);
  EXPECT_TRUE(convolution(x, shared, 1).equal(convolution(x, own, 1)));
  EXPECT_TRUE(convolution_backward(dy, x, shared, 1, false, true)
                  .weight.equal(convolution_backward(dy, x, own, 1, false, true).weight));
}

TEST(ComposedNorm, IsTheLoopsNormForwardAndBackward) {
  const at::Tensor x = normals({2, 3, 5, 4, 6}, 1) + 3, dy = normals({2, 3, 5, 4, 6}, 2);
  const at::Tensor scale = normals({2, 6}, 3), shift = normals({1, 6}, 4).expand({2, 6});
  const GroupNorm loops = group_norm(x, scale, shift, 3), composed = composed_norm(x, scale, shift, 3);
  EXPECT_LT(relative_error(composed.y, loops.y), exact);
  EXPECT_LT(relative_error(composed.moments, loops.moments), exact);
  const auto expected = group_norm_backward(dy, x, loops.moments, scale, true),
             g = composed_norm_backward(dy, x, loops.moments, scale, true);
  EXPECT_LT(relative_error(g.input, expected.input), exact);
  EXPECT_LT(relative_error(g.scale, expected.scale), exact);
  EXPECT_LT(relative_error(g.shift, expected.shift), exact);
  EXPECT_FALSE(composed_norm_backward(dy, x, loops.moments, scale, false).input.defined());
}

TEST(LowRankSum, HasTheGradientsOfItsTwoLinearMaps) {
  const at::Tensor base = normals({1, 5, 4, 3, 3}, 1).expand({3, 5, 4, 3, 3});
  const at::Tensor b = normals({3, 5, 2}, 2), a = normals({3, 2, 36}, 3), dw = normals({3, 5, 4, 3, 3}, 4);
  const at::Tensor sum = low_rank_sum(base, b, a);
  for (int64_t k = 0; k < 3; ++k)
    EXPECT_LT(relative_error(sum[k], base[k] + at::mm(b[k], a[k]).view({5, 4, 3, 3})), exact);
  const auto g = low_rank_sum_backward(dw, b, a);
  const at::Tensor along_b = normals(b.sizes(), 5), along_a = normals(a.sizes(), 6);
  EXPECT_NEAR(inner_product(g.b, along_b), inner_product(low_rank_sum(base, along_b, a) - base, dw), 1e-9);
  EXPECT_NEAR(inner_product(g.a, along_a), inner_product(low_rank_sum(base, b, along_a) - base, dw), 1e-9);
}

TEST(GroupNorm, EqualsLibTorchInEveryLane) {
  const at::Tensor x = normals({3, 2, 5, 5, 8}, 1), scale = normals({3, 8}, 2), shift = normals({3, 8}, 3);
  const GroupNorm f = group_norm(x, scale, shift, 4);
  for (int64_t k = 0; k < 3; ++k)
    EXPECT_LT(relative_error(f.y[k], nhwc(at::group_norm(nchw(x, k), 4, scale[k], shift[k], norm_epsilon))),
              exact);
}

TEST(GroupNorm, IsSafeWhenTheMeanIsMuchLargerThanTheDeviation) {
  const at::Tensor x = normals({1, 1, 8, 8, 8}, 1), one = at::ones({1, 8}, at::kDouble);
  const at::Tensor near = group_norm(x.to(at::kFloat), one.to(at::kFloat), at::zeros({1, 8}), 2).y;
  const at::Tensor far = group_norm((x + 1000).to(at::kFloat), one.to(at::kFloat), at::zeros({1, 8}), 2).y;
  EXPECT_LT(relative_error(far, near), 1e-3);  // x itself keeps 4 digits of its deviation
}

TEST(GroupNorm, HasTheGradientsOfItsDifferences) {
  const at::Tensor x = normals({2, 3, 4, 4, 8}, 1), scale = normals({2, 8}, 2), shift = normals({2, 8}, 3);
  const at::Tensor dy = normals(x.sizes(), 4);
  const auto g = group_norm_backward(dy, x, group_norm(x, scale, shift, 2).moments, scale, true);
  const at::Tensor along_x = normals(x.sizes(), 5), along_c = normals(scale.sizes(), 6);
  EXPECT_NEAR(inner_product(g.input, along_x),
              slope([&](const at::Tensor& v) { return inner_product(group_norm(v, scale, shift, 2).y, dy); },
                    x, along_x),
              1e-5);
  EXPECT_NEAR(inner_product(g.scale, along_c),
              slope([&](const at::Tensor& v) { return inner_product(group_norm(x, v, shift, 2).y, dy); },
                    scale, along_c),
              1e-5);
  EXPECT_NEAR(inner_product(g.shift, along_c),
              slope([&](const at::Tensor& v) { return inner_product(group_norm(x, scale, v, 2).y, dy); },
                    shift, along_c),
              1e-5);
}

TEST(Linear, EqualsLibTorchAndItsAutograd) {
  at::Tensor x = normals({2, 3, 7}, 1).requires_grad_(), w = normals({2, 5, 7}, 2).requires_grad_(),
             b = normals({2, 5}, 3).requires_grad_();
  const at::Tensor expected = at::baddbmm(b.unsqueeze(1), x, w.transpose(1, 2)), dy = normals({2, 3, 5}, 4);
  EXPECT_LT(relative_error(linear(x.detach(), w.detach(), b.detach()), expected.detach()), exact);
  const auto oracle = torch::autograd::grad({(expected * dy).sum()}, {x, w, b});
  const auto g = linear_backward(dy, x.detach(), w.detach());
  EXPECT_LT(relative_error(g.input, oracle[0]), exact);
  EXPECT_LT(relative_error(g.weight, oracle[1]), exact);
  EXPECT_LT(relative_error(g.bias, oracle[2]), exact);
}

TEST(NormPool, HasTheGradientsOfItsDifferences) {
  const at::Tensor x = normals({2, 3, 4, 4, 8}, 1), scale = normals({2, 8}, 2), shift = normals({2, 8}, 3);
  const at::Tensor dy = normals({2, 3, 8}, 4), along = normals(x.sizes(), 5);
  const auto g = norm_pool_backward(dy, x, norm_pool(x, scale, shift, 2).moments, scale, shift, true);
  EXPECT_NEAR(inner_product(g.input, along),
              slope([&](const at::Tensor& v) { return inner_product(norm_pool(v, scale, shift, 2).y, dy); },
                    x, along),
              1e-5);
}

TEST(CrossEntropy, IsTheMeanOverTheViewsOfALaneAndItsGradient) {
  at::Tensor z = normals({2, 6, 4}, 1).requires_grad_();
  const at::Tensor target = at::arange(12, at::kLong).remainder(4).reshape({2, 6});
  const Loss loss = cross_entropy(z.detach(), target);
  for (int64_t k = 0; k < 2; ++k) {
    const at::Tensor expected = at::cross_entropy_loss(z[k], target[k]);
    EXPECT_NEAR(loss.value[k].item<double>(), expected.item<double>(), exact);
    EXPECT_LT(relative_error(loss.gradient[k], torch::autograd::grad({expected}, {z})[0][k]), exact);
  }
}

TEST(MeanEntropy, IsTheEntropyOfTheMeanPredictionAndItsGradient) {
  at::Tensor z = normals({2, 6, 5}, 1).requires_grad_();
  const Loss loss = mean_entropy(z.detach());
  for (int64_t k = 0; k < 2; ++k) {
    const at::Tensor mean = z[k].softmax(-1).mean(0), expected = -(mean * mean.log()).sum();
    EXPECT_NEAR(loss.value[k].item<double>(), expected.item<double>(), exact);
    EXPECT_LT(relative_error(loss.gradient[k], torch::autograd::grad({expected}, {z})[0][k]), 1e-10);
  }
}

TEST(MeanEntropy, IsGreatestWhenAllClassesAreEquallyLikely) {
  EXPECT_NEAR(mean_entropy(at::zeros({1, 3, 10}, at::kDouble)).value[0].item<double>(), std::log(10.0),
              exact);
}

}  // namespace
}  // namespace ttt::lanes
