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

}  // namespace
}  // namespace ttt::lanes
