#include "pipeline/memory/laplacian.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/draw.h"

namespace ttt {
namespace {

constexpr int64_t samples = 24, classes = 4;

Logits drawn_logits(uint64_t number) {
  Logits logits{samples, classes, {}};
  const Draw draw(2, Purpose::glyph, number);
  for (uint32_t i = 0; i < samples * classes; ++i) logits.values.push_back(2 * draw.normal(i));
  return logits;
}

std::vector<double> drawn_similarity(uint64_t number) {
  std::vector<double> similarity(samples * samples);
  const Draw draw(3, Purpose::glyph, number);
  for (int64_t i = 0; i < samples; ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      const double drawn = draw.normal(static_cast<uint32_t>(i * samples + j));
      similarity[i * samples + j] = similarity[j * samples + i] = drawn;
    }
  }
  return similarity;
}

std::vector<double> softmax_of(const Logits& logits, int64_t row) {
  std::vector<double> p;
  double sum = 0;
  for (int64_t c = 0; c < classes; ++c) sum += p.emplace_back(std::exp(logits.values[row * classes + c]));
  for (double& value : p) value /= sum;
  return p;
}

TEST(NearestNeighbours, AreSymmetricWithoutSelvesAndHalveWhatIsNotMutual) {
  const std::vector<double> similarity = drawn_similarity(1);
  const Affinities affinities = nearest_neighbours(similarity, samples, 3);
  const auto among_nearest = [&](int64_t i, int64_t j) {
    int nearer = 0;
    for (int64_t k = 0; k < samples; ++k)
      nearer += k != i && similarity[i * samples + k] > similarity[i * samples + j];
    return nearer < 3;
  };
  for (int64_t i = 0; i < samples; ++i) {
    std::vector<double> row(samples);
    for (const Affinity& other : affinities[i]) row[other.to] = other.weight;
    EXPECT_EQ(row[i], 0);
    for (int64_t j = 0; j < samples; ++j) {
      if (j == i) continue;
      EXPECT_EQ(row[j], 0.5 * among_nearest(i, j) + 0.5 * among_nearest(j, i));
    }
  }
}

TEST(NearestNeighbours, AreAllOthersWhenFewerSamplesThanNeighboursExist) {
  const Affinities affinities = nearest_neighbours({1, 0.2, 0.2, 1}, 2, 5);
  ASSERT_EQ(affinities[0].size(), 1u);
  EXPECT_EQ(affinities[0][0].weight, 1);
  EXPECT_TRUE(nearest_neighbours({1}, 1, 5)[0].empty());
}

TEST(Agreement, NeverRaisesItsEnergy) {
  for (uint64_t number = 0; number < 20; ++number) {
    const Affinities affinities = nearest_neighbours(drawn_similarity(number), samples, 5);
    for (const double lambda : {0.1, 1.0, 10.0}) {
      const std::vector<double> energy = agreement(drawn_logits(number), affinities, lambda).energy;
      ASSERT_GE(energy.size(), 2u);
      for (size_t i = 1; i < energy.size(); ++i)
        EXPECT_LE(energy[i], energy[i - 1] + 1e-12 * std::abs(energy[i - 1])) << lambda;
      EXPECT_LT(energy.back(), energy.front());
    }
  }
}

/// Two samples that should agree and do not: updated at once, they would change places for ever.
TEST(Agreement, EndsInOneClassWhereUpdatesAtOnceWouldSwing) {
  const Logits logits{2, 2, {1, 0, 0, 1.1}};
  const Agreement agreed = agreement(logits, {{{1, 1}}, {{0, 1}}}, 50);
  EXPECT_EQ(agreed.logits.values[0] > agreed.logits.values[1],
            agreed.logits.values[2] > agreed.logits.values[3]);
}

TEST(Agreement, IsAFixedPointOfThePublishedUpdate) {
  const Logits logits = drawn_logits(4);
  const Affinities affinities = nearest_neighbours(drawn_similarity(4), samples, 5);
  const Logits agreed = agreement(logits, affinities, 1).logits;
  for (int64_t i = 0; i < samples; ++i) {
    for (int64_t c = 0; c < classes; ++c) {
      double expected = logits.values[i * classes + c];
      for (const Affinity& other : affinities[i])
        expected += other.weight * softmax_of(agreed, static_cast<int64_t>(other.to))[c];
      EXPECT_NEAR(agreed.values[i * classes + c], expected, 1e-3);
    }
  }
}

TEST(Agreement, WithoutAffinitiesKeepsTheLogits) {
  const Logits logits = drawn_logits(5);
  EXPECT_EQ(agreement(logits, Affinities(samples), 1).logits.values, logits.values);
}

TEST(Agreement, AddsLambdaTimesTheNeighboursProbabilitiesToTheLogits) {
  const Logits logits{2, 2, {0, 0, 1000, 0}};  // the second is certain
  const Agreement agreed = agreement(logits, {{{1, 0.5}}, {{0, 0.5}}}, 3);
  EXPECT_NEAR(agreed.logits.values[0], 1.5, 1e-12);
  EXPECT_NEAR(agreed.logits.values[1], 0, 1e-12);
}

}  // namespace
}  // namespace ttt
