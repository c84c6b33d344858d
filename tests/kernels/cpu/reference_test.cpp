#include "tests/kernels/cpu/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

// The oracle's own gradients, by finite differences: the sum of outputs times fixed numbers is what is
// differentiated.

namespace ttt::reference {
namespace {

constexpr NormOptions kOptions = {2, 1e-5};

Values random(int64_t count, unsigned seed) { return widened(random_floats(count, seed)); }

double inner(const Values& a, const Values& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Central differences of f at every component of `at` agree with `gradient`.
void expect_gradient(const std::function<double(const Values&)>& f, Values at, const Values& gradient) {
  ASSERT_EQ(at.size(), gradient.size());
  constexpr double step = 1e-5;
  for (size_t i = 0; i < at.size(); ++i) {
    const double here = at[i];
    at[i] = here + step;
    const double above = f(at);
    at[i] = here - step;
    const double below = f(at);
    at[i] = here;
    EXPECT_NEAR((above - below) / (2 * step), gradient[i], 1e-7) << "component " << i;
  }
}

TEST(Reference, ConvolutionGradientsAreFiniteDifferences) {
  for (const int stride : {1, 2}) {
    const Size in = {2, 4, 6, 2};
    const int out = 3;
    const Values x = random(in.floats(), 1), weights = random(out * in.channels * 9, 2);
    const Values dy = random(in.floats() / in.channels / (stride * stride) * out, 3);
    expect_gradient([&](const Values& v) { return inner(conv(in, v, weights, out, stride), dy); }, x,
                    conv_input_gradient(in, dy, weights, out, stride));
    expect_gradient([&](const Values& v) { return inner(conv(in, x, v, out, stride), dy); }, weights,
                    conv_weight_gradient(in, x, dy, out, stride));
  }
}

TEST(Reference, NormGradientsAreFiniteDifferences) {
  const Size size = {2, 3, 4, 4};
  const Values x = random(size.floats(), 1), scale = random(4, 2), shift = random(4, 3),
               da = random(size.floats(), 4);
  const NormGradients gradients =
      norm_relu_gradient(size, kOptions, norm_relu(size, kOptions, x, scale, shift), scale, da);
  expect_gradient([&](const Values& v) { return inner(norm_relu(size, kOptions, v, scale, shift).a, da); }, x,
                  gradients.x);
  expect_gradient([&](const Values& v) { return inner(norm_relu(size, kOptions, x, v, shift).a, da); }, scale,
                  gradients.scale);
  expect_gradient([&](const Values& v) { return inner(norm_relu(size, kOptions, x, scale, v).a, da); }, shift,
                  gradients.shift);
}

TEST(Reference, PoolingGradientIsItsFiniteDifference) {
  const Size in = {2, 4, 2, 3};
  const Values x = random(in.floats(), 1), dy = random(in.floats() / in.channels / 4 * 5, 2);
  expect_gradient([&](const Values& v) { return inner(pooled(in, v, 5), dy); }, x,
                  pooled_gradient(in, dy, 5));
}

TEST(Reference, AConstantImageConvolvedIsTheSumOfTheWeightsInside) {
  const Size in = {1, 5, 5, 1};
  const Values weights = random(9, 1);
  const Values y = conv(in, Values(25, 2.0), weights, 1, 1);
  double sum = 0;
  for (const double w : weights) sum += w;
  EXPECT_NEAR(y[in.at(0, 2, 2, 0)], 2 * sum, 1e-12);
  EXPECT_NEAR(y[in.at(0, 0, 0, 0)], 2 * (weights[4] + weights[5] + weights[7] + weights[8]), 1e-12);
}

TEST(Reference, NotANumberIsAnInfiniteError) {
  EXPECT_TRUE(std::isinf(relative_error({1.0f, NAN}, {1.0, 2.0})));
  EXPECT_TRUE(std::isinf(relative_error({1.0f}, {1.0, 2.0})));
  EXPECT_DOUBLE_EQ(relative_error({1.0f, 2.5f}, {1.0, 2.0}), 0.25);
}

}  // namespace
}  // namespace ttt::reference
