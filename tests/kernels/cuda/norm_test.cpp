#include <gtest/gtest.h>

#include "kernels/cuda/host_team.h"
#include "kernels/cuda/norm/backward.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {
namespace {

constexpr int64_t lanes = 2;
constexpr int bands = 3;

/// Per channel of all lanes.
template <class Real>
struct ScaleAndShift {
  std::vector<Real> scale, shift;
};

Floats sums_of(int views, int channels) {
  return reference::random_floats(lanes * views * bands * channels * 2, 1);
}

ScaleAndShift<float> parameters(int views, int channels, ThreadOrder order = ThreadOrder::ascending) {
  const Floats sums = sums_of(views, channels);
  ScaleAndShift<float> r = {poisoned(lanes * channels), poisoned(lanes * channels)};
  const NormParameters kernel = {channels, views, bands, sums.data(), r.scale.data(), r.shift.data()};
  HostQueue(order).launch(kernel, lanes, kernel.shared_floats());
  return r;
}

template <class Real>
ScaleAndShift<Real> in_order(int views, int channels) {
  const Floats sums = sums_of(views, channels);
  ScaleAndShift<Real> r = {std::vector<Real>(lanes * channels), std::vector<Real>(lanes * channels)};
  for (int64_t n = 0; n < static_cast<int64_t>(sums.size()); n += 2) {
    const int64_t c = n / 2 / channels / views / bands * channels + n / 2 % channels;
    r.shift[c] += static_cast<Real>(sums[n]), r.scale[c] += static_cast<Real>(sums[n + 1]);
  }
  return r;
}

TEST(NormParameters, AreTheSumsOfUpTo32ViewsInOrder) {
  for (const int channels : {8, 24, 128}) {
    EXPECT_EQ(parameters(32, channels).scale, in_order<float>(32, channels).scale);
    EXPECT_EQ(parameters(32, channels).shift, in_order<float>(32, channels).shift);
  }
}

TEST(NormParameters, AreTheSumsOfManyViews) {
  for (const int channels : {1, 8, 24, 128})
    for (const int views : {33, 300}) {
      const auto sums = parameters(views, channels),
                 turned = parameters(views, channels, ThreadOrder::descending);
      EXPECT_LE(reference::relative_error(sums.scale, in_order<double>(views, channels).scale), 2e-6);
      EXPECT_LE(reference::relative_error(sums.shift, in_order<double>(views, channels).shift), 2e-6);
      EXPECT_EQ(sums.scale, turned.scale);
      EXPECT_EQ(sums.shift, turned.shift);
    }
}

}  // namespace
}  // namespace ttt::cuda
