#include "kernels/lanes/views.h"

#include <gtest/gtest.h>

#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

TEST(DrawViews, OfALaneAreTheImagesSeenAsDrawnForItsSubject) {
  const at::Tensor images = at::arange(3 * 6 * 6 * 2).to(at::kByte).view({3, 6, 6, 2});
  const at::Tensor subject = at::tensor({7, 5, 7}, at::kLong);
  const StepViews draws{.options = {.padding = 2}, .seed = 3, .step = 4, .balanced = false};
  const DrawnViews drawn = draw_views(images, subject, 5, draws, {0.5f, 0.25f});
  ASSERT_EQ(drawn.x.sizes(), at::IntArrayRef({3, 5, 6, 6, 2}));
  for (int64_t k = 0; k < 3; ++k)
    for (int64_t v = 0; v < 5; ++v) {
      const auto of = static_cast<uint64_t>(subject[k].item<int64_t>());
      const LabelledView one = draw_labelled_view(draws, of, static_cast<uint32_t>(v));
      const at::Tensor expected = at::empty({6, 6, 2}, at::kFloat);
      make_views({images[k].const_data_ptr<uint8_t>(), 6, 6, 2}, std::span(&one.view, 1), PadMode::zero,
                 {0.5f, 0.25f}, expected.mutable_data_ptr<float>());
      EXPECT_TRUE(drawn.x[k][v].equal(expected));
      EXPECT_EQ(drawn.labels[k][v].item<int64_t>(), one.label);
    }
}

TEST(ShowViews, OfALaneAreItsOwnViewsOfItsImage) {
  const at::Tensor images = at::arange(2 * 6 * 6 * 2).to(at::kByte).view({2, 6, 6, 2});
  const std::vector<std::vector<View>> views = {{View{}, {.dy = 2, .turns = 1}, {.flip = true}},
                                                {{.dx = -3}, {.dy = -1, .dx = 1, .turns = 3}, View{}}};
  const at::Tensor x = show_views(images, views, PadMode::replicate, {0.5f, 0.25f});
  ASSERT_EQ(x.sizes(), at::IntArrayRef({2, 3, 6, 6, 2}));
  for (int64_t k = 0; k < 2; ++k) {
    const at::Tensor expected = at::empty({3, 6, 6, 2}, at::kFloat);
    make_views({images[k].const_data_ptr<uint8_t>(), 6, 6, 2}, views[k], PadMode::replicate, {0.5f, 0.25f},
               expected.mutable_data_ptr<float>());
    EXPECT_TRUE(x[k].equal(expected));
  }
}

}  // namespace
}  // namespace ttt::lanes
