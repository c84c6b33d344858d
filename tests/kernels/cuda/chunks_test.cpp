#include "kernels/cuda/conv/chunks.h"

#include <gtest/gtest.h>

#include "kernels/cuda/conv/conv.h"

namespace ttt::cuda {
namespace {

TEST(Chunks, HaveEveryViewOfALaneOnceAndInOrder) {
  for (const int views : {1, 7, 8, 31, 33, 35, 36, 45, 256, 1000, 7001, 1 << 20}) {
    EXPECT_EQ(chunk_begin(0, views), 0);
    EXPECT_EQ(chunk_begin(chunks_of(views), views), views);
    for (int chunk = 0; chunk < chunks_of(views); ++chunk) {
      const int size = chunk_begin(chunk + 1, views) - chunk_begin(chunk, views);
      EXPECT_GE(size, views / 8 < 4 ? views / 8 : 4);
      EXPECT_LE(size, 5);
    }
  }
}

TEST(Chunks, AreEightForUpTo32Views) {
  for (int views = 1; views <= 32; ++views) {
    EXPECT_EQ(chunks_of(views), 8);
    for (int chunk = 0; chunk <= 8; ++chunk) EXPECT_EQ(chunk_begin(chunk, views), chunk * views / 8);
  }
}

TEST(Chunks, OfManyViewsAreManyBlocks) {
  const ConvShape s = {1, 256, 8, 8, 16, 16, 1};
  EXPECT_EQ(weight_gradient_workspace(s), 64 * s.weights());
}

}  // namespace
}  // namespace ttt::cuda
