#include "tests/kernels/cuda/bench/episodes.h"

#include <gtest/gtest.h>

#include "kernels/cuda/block/block_inl.h"
#include "kernels/cuda/head/head_inl.h"
#include "kernels/cuda/loss/loss_inl.h"
#include "kernels/cuda/optimiser/optimiser_inl.h"
#include "kernels/cuda/stem/stem_inl.h"
#include "kernels/cuda/views/views_inl.h"
#include "tests/kernels/cuda/bench/host_memory.h"

// Whole episodes of a small network on the kernels alone, on the host.

namespace ttt::cuda::bench {
namespace {

constexpr NetworkOptions small = {.depth = 8, .width = 8, .size = 8, .classes = 3, .norm_groups = 4};
constexpr int views = 8;

/// Episodes for these subjects, their images a function of the subject.
struct SmallEpisodes {
  HostMemory memory;
  std::vector<int64_t> subjects;
  Episodes<HostMemory> episodes;

  explicit SmallEpisodes(const std::vector<int64_t>& of, NetworkOptions options = small)
      : subjects(of), episodes(memory, options, static_cast<int64_t>(of.size()), views) {
    for (size_t k = 0; k < of.size(); ++k) {
      episodes.subject()[k] = of[k];
      for (int n = 0; n < 8 * 8 * 3; ++n)
        episodes.images()[k * 8 * 8 * 3 + n] = static_cast<uint8_t>((n * n + 31 * of[k] * n) % 251);
    }
    episodes.reset();
  }
  void run(int steps, float rate) {
    for (int step = 0; step < steps; ++step) episodes.step(step, rate);
    episodes.predict();
  }
  std::vector<float> logits(int64_t k) const {
    return {episodes.logits() + k * small.classes, episodes.logits() + (k + 1) * small.classes};
  }
};

TEST(Episodes, AdaptTheReferenceNetworksWeightsAndNoOthers) {
  const NetworkPlan p = plan({}, 1, 32);
  EXPECT_EQ(p.adapted, 366'548);
  int64_t listed = 0;
  for (const WeightPlace& w : adapted_weights(p)) listed += w.size;
  EXPECT_EQ(listed, p.adapted);
  EXPECT_NEAR(forward_flops(p, p.rotation) * 3 * 32 * 10 + forward_flops(p, p.main), 105e9, 1e9);
}

TEST(Episodes, OfALaneAreTheSameBitsAloneAndAmongOthers) {
  SmallEpisodes all({4, 9, 2}), alone({9});
  all.run(2, 0.1f);
  alone.run(2, 0.1f);
  EXPECT_EQ(all.logits(1), alone.logits(0));
  EXPECT_EQ(all.episodes.losses()[1], alone.episodes.losses()[0]);
}

TEST(Episodes, AStepLowersTheLossOfItsViewsByRateTimesTheSquaredGradient) {
  SmallEpisodes e({5});
  e.episodes.differentiate(0);
  const double before = e.episodes.losses()[0];
  double squared = 0;
  for (int64_t i = 0; i < e.episodes.network().adapted; ++i)
    squared += std::pow(static_cast<double>(e.episodes.gradients()[i]), 2);
  const float rate = static_cast<float>(0.002 / squared);
  e.episodes.step(0, rate);
  e.episodes.differentiate(0);
  const double lowered = before - e.episodes.losses()[0];
  EXPECT_NEAR(lowered / (static_cast<double>(rate) * squared), 1, 0.03);
}

TEST(Episodes, StartFromTheSourceModelAgainAfterAReset) {
  SmallEpisodes e({5, 6});
  e.run(2, 0.1f);
  const auto first = e.logits(1);
  e.episodes.predict();
  EXPECT_EQ(e.logits(1), first);
  e.episodes.reset();
  e.run(0, 0);
  EXPECT_NE(e.logits(1), first);
  e.episodes.reset();
  e.run(2, 0.1f);
  EXPECT_EQ(e.logits(1), first);
}

TEST(Episodes, InFewerBitsEndNearThoseInFloat32) {
  const auto logits_in = [](Precision precision) {
    NetworkOptions options = small;
    options.precision = precision;
    SmallEpisodes e({5}, options);
    e.run(5, 0.01f);
    return e.logits(0);
  };
  const std::vector<float> exact = logits_in(Precision::float32);
  for (const auto& [precision, unit] :
       {std::pair(Precision::tf32, 0x1p-11f), std::pair(Precision::bf16, 0x1p-8f)}) {
    const std::vector<float> logits = logits_in(precision);
    EXPECT_NE(logits, exact);
    for (size_t c = 0; c < exact.size(); ++c) EXPECT_NEAR(logits[c], exact[c], 10 * unit) << name(precision);
  }
}

}  // namespace
}  // namespace ttt::cuda::bench
