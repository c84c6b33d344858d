#include "kernels/cuda/conv/tile.h"

#include <gtest/gtest.h>

#include "tests/kernels/cuda/conv_case.h"

namespace ttt::cuda {
namespace {

template <class Number>
void expect_all_is_made(const ConvTile<Number>& tile) {
  EXPECT_GT(tile.rows, 0);
  EXPECT_GT(tile.bands, 0);
  EXPECT_GE(tile.bands * tile.rows, tile.height);
  EXPECT_LT((tile.bands - 1) * tile.rows, tile.height);
  EXPECT_GE(tile.blocks_per_lane() * tile.views_together, tile.views * tile.bands);
  EXPECT_LE(tile.views_together * tile.view_segments(), tile.places());
  EXPECT_LE(tile.shared_floats(), kSharedFloats);
}

/// The tiles of every kernel that is launched for a shape.
void expect_all_is_made(const ConvShape& s) {
  with_number(s.precision, [&](auto number) {
    using Number = decltype(number);
    expect_all_is_made(forward_tile<Number>(s));
    if (s.in_channels % 8 == 0) expect_all_is_made(input_gradient_tile<Number>(s));
    EXPECT_GT(weight_tile<Number>(s).rows, 0);
    EXPECT_GT(weight_tile<Number>(s).slices(), 0);
    EXPECT_LE(weight_tile<Number>(s).shared_floats(), kSharedFloats);
  });
}

TEST(Tiles, MakeEveryOutputOfEverySupportedShape) {
  int known = 0, unknown = 0;
  for (const Precision precision : {Precision::float32, Precision::tf32, Precision::bf16})
    for (const int stride : {1, 2})
      for (const int in : {3, 8, 16, 24, 64, 128})
        for (const int out : {8, 16, 40, 64, 96, 128})
          for (const int height : {1, 2, 7, 32, 96, 225})
            for (const int width : {1, 8, 31, 32, 48, 96, 128, 225, 512})
              for (const int views : {1, 9, 300}) {
                const ConvShape s = {1, views, height, width, in, out, stride, precision};
                SCOPED_TRACE(testing::Message() << s);
                ++(supported(s) ? known : unknown);
                if (supported(s)) expect_all_is_made(s);
              }
  EXPECT_GT(known, 1000);
  EXPECT_GT(unknown, 1000);
}

}  // namespace
}  // namespace ttt::cuda
