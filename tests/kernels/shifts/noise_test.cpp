#include "kernels/shifts/noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ttt {
namespace {

constexpr int side = 128;

Image flat(float value) { return {side, side, 3, std::vector<float>(side * side * 3, value)}; }

/// Mean and standard deviation of the values.
struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments(const Image& image) {
  Moments m;
  for (float x : image.pixels) m.mean += x / static_cast<double>(image.pixels.size());
  for (float x : image.pixels)
    m.deviation += (x - m.mean) * (x - m.mean) / static_cast<double>(image.pixels.size());
  m.deviation = std::sqrt(m.deviation);
  return m;
}

void expect_moments(const Image& image, double mean, double deviation) {
  const double n = static_cast<double>(image.pixels.size());
  const auto [measured_mean, measured_deviation] = moments(image);
  EXPECT_NEAR(measured_mean, mean, 4 * deviation / std::sqrt(n));
  EXPECT_NEAR(measured_deviation, deviation, 4 * deviation / std::sqrt(2 * n));
}

const Draw draw(11, Purpose::shift, 3);

TEST(GaussianNoise, HasItsSigma) { expect_moments(gaussian_noise(flat(0.5f), 0.08, draw), 0.5, 0.08); }

TEST(ShotNoise, SpreadsAsTheRootOfTheLight) {
  expect_moments(shot_noise(flat(0.5f), 250, draw), 0.5, std::sqrt(0.5 / 250));
}

TEST(ShotNoise, LeavesBlackBlack) { EXPECT_EQ(shot_noise(flat(0), 50, draw), flat(0)); }

TEST(SpeckleNoise, GrowsWithTheValue) {
  expect_moments(speckle_noise(flat(0.5f), 0.2, draw), 0.5, 0.1);
  expect_moments(speckle_noise(flat(0.25f), 0.2, draw), 0.25, 0.05);
  EXPECT_EQ(speckle_noise(flat(0), 1.2, draw), flat(0));
}

TEST(ImpulseNoise, ReplacesItsShareByEquallyManyBlacksAndWhites) {
  const Image noisy = impulse_noise(flat(0.5f), 0.3, draw);
  const double n = static_cast<double>(noisy.pixels.size());
  const auto share = [&](float value) {
    return static_cast<double>(std::count(noisy.pixels.begin(), noisy.pixels.end(), value)) / n;
  };
  EXPECT_NEAR(share(0), 0.15, 4 * std::sqrt(0.15 * 0.85 / n));
  EXPECT_NEAR(share(1), 0.15, 4 * std::sqrt(0.15 * 0.85 / n));
  EXPECT_EQ(share(0) + share(1) + share(0.5f), 1);
}

TEST(Noise, HitsEveryValueByItself) {
  const Image noisy = gaussian_noise(flat(0.5f), 0.1, draw);
  double product = 0;
  for (size_t i = 0; i + 1 < noisy.pixels.size(); ++i)
    product += (noisy.pixels[i] - 0.5) * (noisy.pixels[i + 1] - 0.5);
  const double n = static_cast<double>(noisy.pixels.size());
  EXPECT_NEAR(product / n, 0, 4 * 0.01 / std::sqrt(n));
}

}  // namespace
}  // namespace ttt
