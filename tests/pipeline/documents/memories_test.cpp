#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/documents/mixture.h"
#include "pipeline/documents/neural_cache.h"
#include "pipeline/documents/ngram_memory.h"
#include "pipeline/documents/windows.h"

namespace ttt {
namespace {

TEST(NgramMemory, OfOrderZeroIsWittenAndBellsFormula) {
  const std::vector<int32_t> tokens = {7, 7, 3};
  const std::vector<double> p = ngram_probabilities(tokens, 0, 10);
  EXPECT_DOUBLE_EQ(p[0], 1.0 / 10);
  EXPECT_DOUBLE_EQ(p[1], (1 + 1 * 0.1) / 2);  // one seen, of one kind
  EXPECT_DOUBLE_EQ(p[2], (0 + 1 * 0.1) / 3);
}

TEST(NgramMemory, GivesEveryNextTokenProbabilitiesThatSumToOne) {
  const std::vector<int32_t> start = {1, 2, 1, 2, 3, 1, 2};
  double sum = 0;
  for (int32_t next = 0; next < 5; ++next) {
    std::vector<int32_t> tokens = start;
    tokens.push_back(next);
    sum += ngram_probabilities(tokens, 3, 5).back();
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(NgramMemory, ReadsNoTokenThatIsStillToCome) {
  const std::vector<int32_t> one = {1, 2, 1, 2, 1, 2}, other = {1, 2, 1, 2, 4, 4};
  const std::vector<double> a = ngram_probabilities(one, 3, 5), b = ngram_probabilities(other, 3, 5);
  for (size_t t = 0; t < 4; ++t) EXPECT_EQ(a[t], b[t]);
}

TEST(NeuralCache, OfEqualStatesIsTheShareOfTheTokenSoFar) {
  const std::vector<float> states(4 * 2, 1.f);
  const std::vector<int32_t> tokens = {5, 6, 5, 5};
  const std::vector<double> p = cache_probabilities(states, tokens, 20);
  EXPECT_EQ(p[0], 0);
  EXPECT_EQ(p[1], 0);
  EXPECT_DOUBLE_EQ(p[2], 1.0 / 2);
  EXPECT_DOUBLE_EQ(p[3], 2.0 / 3);
}

TEST(Mixture, WithoutASecondPredictorIsTheFirst) {
  const std::vector<double> first = {.5, .25}, second = {.1, .9};
  const std::vector<double> fixed = fixed_share_nats(first, second, 0, 1);
  const std::vector<double> constant = constant_mixture_nats(first, second, 0);
  for (size_t t = 0; t < 2; ++t) {
    EXPECT_DOUBLE_EQ(fixed[t], -std::log(first[t]));
    EXPECT_DOUBLE_EQ(constant[t], -std::log(first[t]));
  }
}

TEST(Windows, EveryTokenIsScoredOnceInAWindowThatEndsWithItsChunk) {
  for (const int64_t tokens : {1, 63, 64, 65, 1000}) {
    int64_t next = 0;
    for (const Chunk& chunk : chunks_of(tokens, 64, 128)) {
      EXPECT_EQ(chunk.begin, next);
      EXPECT_LE(chunk.rows(), 128);
      EXPECT_LE(chunk.first, chunk.begin);
      next = chunk.end;
    }
    EXPECT_EQ(next, tokens);
  }
}

}  // namespace
}  // namespace ttt
