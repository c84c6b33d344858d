#include "kernels/draw.h"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

namespace ttt {
namespace {

using Words = std::array<uint32_t, 4>;
using Key = std::array<uint32_t, 2>;

/// Philox4x32-10 again, from the paper's figure: the oracle for our bit layout.
Words philox(Words counter, Key key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = 0xD2511F53ull * counter[0], second = 0xCD9E8D57ull * counter[2];
    const auto high = [](uint64_t product) { return static_cast<uint32_t>(product >> 32); };
    counter = {high(second) ^ counter[1] ^ key[0], static_cast<uint32_t>(second),
               high(first) ^ counter[3] ^ key[1], static_cast<uint32_t>(first)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

Words random123(Words counter, Key key) {
  const auto out = r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {out[0], out[1], out[2], out[3]};
}

Words ours(Words counter, Key key) {
  const PhiloxWords out = ttt::philox({{counter[0], counter[1], counter[2], counter[3]}}, key[0], key[1]);
  return {out.at[0], out.at[1], out.at[2], out.at[3]};
}

struct KnownAnswer {
  Words counter;
  Key key;
  Words result;
};

/// The "philox4x32 10" lines of Random123's tests/kat_vectors.
const std::array<KnownAnswer, 3> known_answers{{
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
}};

TEST(Philox, GivesThePublishedAnswers) {
  for (const auto& [counter, key, result] : known_answers) {
    EXPECT_EQ(ours(counter, key), result);
    EXPECT_EQ(philox(counter, key), result);
  }
}

TEST(Philox, IsRandom123s) {
  Words counter{1, 2, 3, 4};
  for (uint32_t i = 0; i < 1000; ++i) {
    const Key key{counter[1] ^ i, counter[2]};
    EXPECT_EQ(ours(counter, key), random123(counter, key));
    counter = ours(counter, key);
  }
}

TEST(Draw, PutsEveryCoordinateWhereItsCommentSays) {
  const uint64_t seed = 0x0123456789abcdefull, subject = 0xfedcba987654ull;
  const uint32_t step = 0xbeef, view = 0xabcdef;
  const Draw draw(seed, Purpose::glyph, subject, step, view);
  for (uint32_t i : {0u, 1u, 2u, 3u, 4u, 7u, 1000003u, 0xffffffffu}) {
    const Words counter{i / 4, 0xba987654u, 0xfedcu | 0xbeef0000u, 0xabcdefu | (9u << 24)};
    EXPECT_EQ(draw.bits(i), philox(counter, {0x89abcdefu, 0x01234567u})[i % 4]) << i;
  }
}

TEST(Draw, IsAFunctionOfItsCoordinatesAlone) {
  const Draw draw(5, Purpose::turn, 17, 2, 3);
  std::vector<uint32_t> forwards, backwards(100);
  for (uint32_t i = 0; i < 100; ++i) forwards.push_back(draw.bits(i));
  for (uint32_t i = 100; i-- > 0;) backwards[i] = Draw(5, Purpose::turn, 17, 2, 3).bits(i);
  EXPECT_EQ(forwards, backwards);
}

TEST(Draw, GivesEveryCoordinateItsOwnStream) {
  std::set<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>> streams;
  int made = 0;
  for (uint64_t seed : {0ull, 1ull, 1ull << 32})
    for (Purpose purpose : {Purpose::view_offset, Purpose::turn, Purpose::shift})
      for (uint64_t subject : {0ull, 1ull, 1ull << 16, 1ull << 32, (1ull << 48) - 1})
        for (uint32_t step : {0u, 1u, 0xffffu})
          for (uint32_t view : {0u, 1u, 0xffffffu}) {
            const Draw draw(seed, purpose, subject, step, view);
            streams.insert({draw.bits(0), draw.bits(1), draw.bits(2), draw.bits(3)});
            ++made;
          }
  EXPECT_EQ(streams.size(), made);
}

TEST(Draw, UniformLiesInTheHalfOpenIntervalOnMultiplesOfTwoToTheMinus24) {
  const Draw draw(1, Purpose::shift, 0);
  for (uint32_t i = 0; i < 1000; ++i) {
    const float u = draw.uniform(i);
    EXPECT_GE(u, 0);
    EXPECT_LT(u, 1);
    EXPECT_EQ(u * 0x1p24f, std::floor(u * 0x1p24f));
    EXPECT_EQ(draw.uniform(i, -3, 5), -3 + 8.0 * u);
  }
}

TEST(Draw, BelowCoversItsRangeEvenly) {
  const Draw draw(2, Purpose::turn, 0);
  std::array<int, 7> count{};
  const int draws = 70000;
  for (int i = 0; i < draws; ++i) ++count.at(draw.below(i, 7));
  double chi_square = 0;
  for (int n : count) chi_square += (n - draws / 7.0) * (n - draws / 7.0) / (draws / 7.0);
  EXPECT_LT(chi_square, 22.5);  // 6 degrees of freedom, p = .001
  EXPECT_EQ(draw.below(0, uint64_t{1} << 32), draw.bits(0));
  EXPECT_EQ(draw.below(0, 1), 0u);
}

/// Mean of f over n draws; f must have mean 0 and variance `variance`: within 4 standard errors.
template <typename Function>
void expect_mean_zero(int n, double variance, Function f) {
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += f(static_cast<uint32_t>(i));
  EXPECT_LT(std::abs(sum / n), 4 * std::sqrt(variance / n));
}

TEST(Draw, NormalHasTheMomentsOfTheStandardNormal) {
  const Draw draw(3, Purpose::shift, 4);
  expect_mean_zero(100000, 1, [&](uint32_t i) { return draw.normal(i); });
  expect_mean_zero(100000, 2, [&](uint32_t i) { return std::pow(draw.normal(i), 2) - 1; });
  expect_mean_zero(100000, 15, [&](uint32_t i) { return std::pow(draw.normal(i), 3); });
  expect_mean_zero(100000, 96, [&](uint32_t i) { return std::pow(draw.normal(i), 4) - 3; });
}

TEST(Draw, NeighbouringStreamsAreUncorrelated) {
  const Draw draw(3, Purpose::shift, 4);
  const std::array<Draw, 4> others{Draw(4, Purpose::shift, 4), Draw(3, Purpose::glyph, 4),
                                   Draw(3, Purpose::shift, 5), Draw(3, Purpose::shift, 4, 1)};
  for (const Draw& other : others)
    expect_mean_zero(20000, 1, [&](uint32_t i) { return draw.normal(i) * other.normal(i); });
  expect_mean_zero(20000, 1, [&](uint32_t i) { return draw.normal(i) * draw.normal(i + 1); });
}

}  // namespace
}  // namespace ttt
