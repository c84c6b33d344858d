#include "kernels/cuda/head/head_inl.h"

#include <gtest/gtest.h>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {
namespace {

using reference::random_floats;
using reference::relative_error;
using reference::Values;
using reference::widened;

/// Random tensors of the end of a network on the host, weights a lane, and where results go.
struct HeadCase {
  HeadShape s;
  Floats x, scale, shift, linear, bias, dlogits;
  Floats logits, pooled, moments, dx, dscale, dshift, dlinear, dbias;

  explicit HeadCase(const HeadShape& shape) : s(shape) {
    const int64_t rows = s.lanes * s.views, map = int64_t{s.height} * s.width * s.channels;
    x = random_floats(rows * map, 1, 1, 0.2f);
    scale = random_floats(s.lanes * s.channels, 2, 0.5f, 1);
    shift = random_floats(s.lanes * s.channels, 3, 0.5f);
    linear = random_floats(s.lanes * s.classes * s.channels, 4);
    bias = random_floats(s.lanes * s.classes, 5);
    dlogits = random_floats(rows * s.classes, 6);
  }

  HeadWeights weights() const {
    const int64_t c = s.channels, o = s.classes;
    return {{scale.data(), c}, {shift.data(), c}, {linear.data(), o * c}, {bias.data(), o}};
  }

  void run(const HostQueue& queue = HostQueue()) {
    const auto like = [](const Floats& f) { return poisoned(static_cast<int64_t>(f.size())); };
    const int64_t rows = s.lanes * s.views;
    logits = like(dlogits), pooled = poisoned(rows * s.channels),
    moments = poisoned(rows * s.norm_groups * 2);
    const HeadState state = {pooled.data(), moments.data()};
    head_forward(queue, s, weights(), x.data(), state, logits.data());
    dx = like(x), dscale = like(scale), dshift = like(shift), dlinear = like(linear), dbias = like(bias);
    Floats workspace = poisoned(head_workspace(s));
    head_backward(queue, s, weights(), x.data(), state, dlogits.data(),
                  {dx.data(), dscale.data(), dshift.data(), dlinear.data(), dbias.data()}, workspace.data());
  }
};

/// The same for one lane in float64.
struct Truth {
  Values logits, dlinear, dbias;
  reference::NormGradients norm;

  Truth(const HeadCase& all, int64_t k) {
    const HeadShape& s = all.s;
    const auto of = [&](const Floats& f) { return widened(lane_of(f, k, s.lanes)); };
    const reference::Size size = {s.views, s.height, s.width, s.channels};
    const reference::NormOptions options = {s.norm_groups, s.epsilon};
    const auto normed = norm_relu(size, options, of(all.x), of(all.scale), of(all.shift));
    const Values w = of(all.linear), bias = of(all.bias), d = of(all.dlogits);
    const double area = s.height * s.width;
    Values mean(static_cast<size_t>(s.views * s.channels)), da(normed.a.size());
    const auto for_each = [&](auto&& f) {
      for (int64_t i = 0; i < size.floats(); ++i)
        f(i, i / (s.height * s.width * s.channels) * s.channels + i % s.channels);
    };
    for_each([&](int64_t i, int64_t p) { mean[p] += normed.a[i] / area; });
    Values dmean(mean.size());
    dlinear.resize(w.size()), dbias.resize(bias.size());
    for (int v = 0; v < s.views; ++v)
      for (int o = 0; o < s.classes; ++o) {
        double z = bias[o];
        dbias[o] += d[v * s.classes + o];
        for (int c = 0; c < s.channels; ++c) {
          z += w[o * s.channels + c] * mean[v * s.channels + c];
          dlinear[o * s.channels + c] += d[v * s.classes + o] * mean[v * s.channels + c];
          dmean[v * s.channels + c] += d[v * s.classes + o] * w[o * s.channels + c];
        }
        logits.push_back(z);
      }
    for_each([&](int64_t i, int64_t p) { da[i] = dmean[p] / area; });
    norm = norm_relu_gradient(size, options, normed, of(all.scale), da);
  }
};

class Head : public testing::TestWithParam<HeadShape> {};

TEST_P(Head, ForwardAndGradientsAreThoseOfFloat64) {
  ASSERT_TRUE(supported(GetParam()));
  HeadCase c(GetParam());
  c.run();
  constexpr double bound = 3e-6;
  for (int64_t k = 0; k < c.s.lanes; ++k) {
    const Truth truth(c, k);
    const auto error = [&](const Floats& all, const Values& expected) {
      return relative_error(lane_of(all, k, c.s.lanes), expected);
    };
    EXPECT_LE(error(c.logits, truth.logits), bound);
    EXPECT_LE(error(c.dx, truth.norm.x), bound);
    EXPECT_LE(error(c.dscale, truth.norm.scale), bound);
    EXPECT_LE(error(c.dshift, truth.norm.shift), bound);
    EXPECT_LE(error(c.dlinear, truth.dlinear), bound);
    EXPECT_LE(error(c.dbias, truth.dbias), bound);
  }
}

TEST_P(Head, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  HeadCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  EXPECT_EQ(up.logits, down.logits);
  EXPECT_EQ(up.dx, down.dx);
  EXPECT_EQ(up.dscale, down.dscale);
  EXPECT_EQ(up.dlinear, down.dlinear);
}

TEST(Head, OfNotANumberIsNotANumber) {
  HeadCase sound({1, 3, 4, 4, 32, 4, 4}), broken = sound;
  broken.x[broken.x.size() / 2] = std::numeric_limits<float>::quiet_NaN();  // a pixel of the second view
  sound.run();
  broken.run();
  for (const int64_t view : {0, 2})
    EXPECT_EQ(lane_of(broken.logits, view, 3), lane_of(sound.logits, view, 3));
  for (const float logit : lane_of(broken.logits, 1, 3)) EXPECT_TRUE(std::isnan(logit));
}

INSTANTIATE_TEST_SUITE_P(Shapes, Head,
                         testing::Values(HeadShape{2, 5, 8, 8, 64, 10, 8}, HeadShape{1, 3, 4, 4, 32, 4, 4},
                                         HeadShape{3, 2, 7, 5, 24, 300, 3}, HeadShape{1, 1, 1, 1, 8, 1, 2},
                                         HeadShape{1, 2, 3, 3, 128, 10, 8}, HeadShape{1, 2, 6, 6, 12, 4, 6},
                                         HeadShape{2, 45, 2, 2, 12, 4, 6}));

}  // namespace
}  // namespace ttt::cuda
