#include "pipeline/engine/lane_count.h"

#include <gtest/gtest.h>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/vote_options.h"
#include "pipeline/models/resnet.h"

namespace ttt {
namespace {

// Hand count for 32 x 32 images, floats of a view: the image; in group 1 four blocks with two maps of 16 x
// 1024; in group 2 one block with 16 x 1024 in and 32 x 256 inside, three with two of 32 x 256; in group 3
// the same with 64 x 64; the last output.
constexpr int64_t view =
    3 * 1024 + 4 * 2 * 16384 + (16384 + 8192) + 3 * 2 * 8192 + (8192 + 4096) + 3 * 2 * 4096 + 4096;

TEST(LaneMemory, OfThePublishedSettingIsTheHandCount) {
  const LaneMemory memory = lane_memory(ResNet{}, {"ttt", {"adapt", AdaptOptions{}}});
  EXPECT_EQ(memory.weights, 4 * 366548);
  EXPECT_EQ(memory.gradients, memory.weights);
  EXPECT_EQ(memory.moments, 0);
  EXPECT_EQ(memory.saved, 4 * 32 * view);
}

TEST(LaneMemory, FollowsSubsetOptimiserAndPrecision) {
  ResNet twice;
  twice.precision = Precision::float64;
  const AdaptOptions norms{.subset = "norm", .optimiser = Optimiser::adam};
  const LaneMemory memory = lane_memory(ResNet{}, {"ttt", {"adapt", norms}});
  EXPECT_LT(memory.weights, 4 * 3000);
  EXPECT_EQ(memory.moments, 2 * memory.weights);
  EXPECT_EQ(lane_memory(twice, {"ttt", {"adapt", norms}}).total(), 2 * memory.total());
}

TEST(Lanes, AreAsAskedForOrAsManyAsFit) {
  const MethodOptions published{"ttt", {"adapt", AdaptOptions{}}},
      tiny{"ttt", {"adapt", AdaptOptions{.views_per_step = 1}}},
      vote{"vote", {"vote", VoteOptions{.views = 32}}};
  const int64_t room = room_for_lanes({}, 64);
  EXPECT_EQ(lanes_of({.lanes = 5}, ResNet{}, published, room), 5);
  EXPECT_EQ(lanes_of({}, ResNet{}, published, room), 7);
  EXPECT_EQ(lanes_of({}, ResNet{}, published, 1), 1);
  EXPECT_EQ(lanes_of({}, ResNet{}, tiny, room), 16);
  const RunOptions threads{.threads = 4};
  EXPECT_EQ(lanes_of(threads, ResNet{}, published, room_for_lanes(threads, 64)), 30);
  EXPECT_EQ(lanes_of(threads, ResNet{}, tiny, room_for_lanes(threads, 64)), 64);
  EXPECT_GT(lanes_of({}, ResNet{}, vote, room), 1);
  ResNet on_gpu;
  on_gpu.device = Device::cuda;
  EXPECT_EQ(lanes_of({}, on_gpu, published, int64_t{70} << 30), 256);
  EXPECT_EQ(lanes_of({}, on_gpu, published, int64_t{4} << 30), 123);  // of 34.8 MB
  EXPECT_EQ(lanes_of({.lanes = 5}, on_gpu, published, 1), 5);
  on_gpu.options.widths = {12, 24, 48};  // no kernel of ours
  on_gpu.options.norm_groups = 4;
  EXPECT_EQ(lanes_of({}, on_gpu, published, int64_t{70} << 30), 32);
}

}  // namespace
}  // namespace ttt
