#include "pipeline/models/path.h"

#include <gtest/gtest.h>

#include "kernels/cpu/isa.h"
#include "pipeline/models/resnet.h"

namespace ttt {
namespace {

ResNet reference_network(int size) {
  ResNet a;
  a.options.depth = 26;
  a.options.widths = {16, 32, 64};
  a.options.norm_groups = 8;
  a.options.stem_stride = 1;
  a.options.split_after = 2;
  a.height = a.width = size;
  return a;
}

TEST(ComputePath, TheReferenceNetworkRunsByHand) {
  const ComputePath path = reference_network(32).compute_path();
  EXPECT_EQ(path.blocks, 16);  // 4 a group, the third one in both heads
  EXPECT_EQ(path.blocks_by_hand, 16);
  EXPECT_TRUE(path.stem_by_hand && path.heads_by_hand);
  EXPECT_EQ(describe(path), "all 16 blocks, stem and heads on hand-written kernels (winograd4, " +
                                std::string(cpu::name(cpu::instruction_set())) + ")");
}

TEST(ComputePath, SaysWhichBlocksFallBack) {
  ResNet narrow = reference_network(32);
  narrow.options.widths = {12, 24, 48};
  narrow.options.norm_groups = 4;
  EXPECT_EQ(narrow.compute_path().blocks_by_hand, 11);  // 24 and 48 are eights, what touches 12 is not
}

TEST(ComputePath, SaysWhichConvolutionsGoDirectly) {
  ResNet a = reference_network(32);
  a.convolution = Convolution::winograd2;
  EXPECT_EQ(a.compute_path().convolutions_direct, 3);  // of stride 2: one in the trunk, one in each head
  EXPECT_NE(describe(a.compute_path()).find("(winograd2, 3 convolutions direct, "), std::string::npos);
  a.convolution = Convolution::direct;
  EXPECT_EQ(a.compute_path().convolutions_direct, 0);  // as asked for
}

TEST(ComputePath, LibraryCallsAndDoubleAreNotByHand) {
  ResNet a = reference_network(32);
  a.convolution = Convolution::libtorch;
  EXPECT_EQ(a.compute_path().blocks_by_hand, 0);
  a.convolution = Convolution::winograd4;
  a.precision = Precision::float64;
  const ComputePath path = a.compute_path();
  EXPECT_EQ(path.blocks_by_hand, 0);
  EXPECT_FALSE(path.stem_by_hand || path.heads_by_hand);
}

TEST(ComputePath, RoundedProductsAreAGpusOwn) {
  ResNet a = reference_network(32);
  a.precision = Precision::tf32;
  EXPECT_EQ(a.compute_path().blocks_by_hand, 0);
  EXPECT_TRUE(a.compute_path().stem_by_hand && a.compute_path().heads_by_hand);
  a.device = Device::cuda;
  EXPECT_EQ(a.compute_path().blocks_by_hand, a.compute_path().blocks);
}

}  // namespace
}  // namespace ttt
