#include "pipeline/methods/neighbours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/pipeline/methods/small_job.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

/// Two features a sample: points on the unit circle at these angles.
UnitFeatures at_angles(const std::vector<double>& angles) {
  std::vector<float> features;
  for (const double angle : angles) {
    features.push_back(static_cast<float>(3 * std::cos(angle)));
    features.push_back(static_cast<float>(3 * std::sin(angle)));
  }
  return {features, static_cast<int64_t>(angles.size())};
}

TEST(Neighbours, AreTheNearestByAngleAndNeverTheSameBaseImage) {
  const TestSet set = small_set();  // samples 0 and 1 show one base image, 2 and 3 the next
  const UnitFeatures features = at_angles({0, 0.01, 0.3, 0.1, 2, 0.2, 1, -0.15});
  EXPECT_EQ(neighbours_of(set, features, 0, 3, NeighbourChoice::nearest, 1), (std::vector<int64_t>{3, 7, 5}));
}

TEST(Neighbours, ThatAreEquallyNearComeByNumber) {
  const UnitFeatures features = at_angles({0, 0, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5});
  EXPECT_EQ(neighbours_of(small_set(), features, 0, 4, NeighbourChoice::nearest, 1),
            (std::vector<int64_t>{2, 3, 4, 5}));
}

TEST(Neighbours, AreOfTheSameSplit) {
  TestSet set = small_set();
  set.split[3] = set.split[7] = Split::tune;
  const UnitFeatures features = at_angles({0, 0.01, 0.3, 0.1, 2, 0.2, 1, -0.15});
  EXPECT_EQ(neighbours_of(set, features, 0, 2, NeighbourChoice::nearest, 1), (std::vector<int64_t>{5, 2}));
  EXPECT_EQ(neighbour_pool(set, 3), (std::vector<int64_t>{7}));
}

/// With copies of the nearest sample in the pool a second copy tells little more: another direction is worth
/// more than a nearer one.
TEST(Sift, TakesOneOfSeveralCopiesAndThenAnotherDirection) {
  const UnitFeatures features = at_angles({0, 0, 0.4, 0.4, 0.4, 0.4, 0.4, -0.45});
  const auto nearest = neighbours_of(small_set(), features, 0, 2, NeighbourChoice::nearest, 1);
  const auto sift = neighbours_of(small_set(), features, 0, 2, NeighbourChoice::sift, 1);
  EXPECT_EQ(nearest, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(sift, (std::vector<int64_t>{2, 7}));
}

/// The variance of a Gaussian process at sample 0 given `chosen`, by Gaussian elimination.
double variance(const UnitFeatures& features, const std::vector<int64_t>& chosen) {
  const size_t n = chosen.size();
  std::vector<std::vector<double>> m(n, std::vector<double>(n + 1));
  for (size_t a = 0; a < n; ++a) {
    for (size_t b = 0; b < n; ++b) m[a][b] = features.cosine(chosen[a], chosen[b]) + (a == b ? 0.1 : 0);
    m[a][n] = features.cosine(0, chosen[a]);
  }
  for (size_t i = 0; i < n; ++i)
    for (size_t a = 0; a < n; ++a) {
      if (a == i) continue;
      const double factor = m[a][i] / m[i][i];
      for (size_t b = 0; b <= n; ++b) m[a][b] -= factor * m[i][b];
    }
  double explained = 0;
  for (size_t i = 0; i < n; ++i) explained += features.cosine(0, chosen[i]) * m[i][n] / m[i][i];
  return features.cosine(0, 0) - explained;
}

TEST(Sift, LowersTheVarianceMostAtEveryPick) {
  const TestSet set = small_set();
  const UnitFeatures features = at_angles({0, 0.01, 1.3, 0.7, 2, 0.6, 1, -0.9});
  const auto picked = neighbours_of(set, features, 0, 4, NeighbourChoice::sift, 1);
  std::vector<int64_t> so_far;
  for (const int64_t pick : picked) {
    auto with_pick = so_far;
    with_pick.push_back(pick);
    for (const int64_t other : neighbour_pool(set, 0)) {
      if (std::ranges::find(so_far, other) != so_far.end()) continue;
      auto with_other = so_far;
      with_other.push_back(other);
      EXPECT_LE(variance(features, with_pick), variance(features, with_other) + 1e-9);
    }
    so_far = with_pick;
  }
}

TEST(Neighbours, AtRandomDependOnTheSampleAndTheSeedAlone) {
  const TestSet set = small_set();
  const UnitFeatures none({}, 0);
  const auto one = neighbours_of(set, none, 0, 3, NeighbourChoice::random, 1);
  EXPECT_EQ(one, neighbours_of(set, none, 0, 3, NeighbourChoice::random, 1));
  EXPECT_NE(one, neighbours_of(set, none, 0, 3, NeighbourChoice::random, 2));
  for (const int64_t other : one) EXPECT_GT(other, 1) << "the sample's own base image";
}

TEST(Neighbours, ThatDoNotExistAreNamed) {
  expect_error(ExitCode::data, {"sample 0", "6 samples", "neighbours = 7"},
               [] { neighbours_of(small_set(), UnitFeatures({}, 0), 0, 7, NeighbourChoice::random, 1); });
}

}  // namespace
}  // namespace ttt
