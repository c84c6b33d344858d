#include "kernels/cuda/views/views_inl.h"

#include <gtest/gtest.h>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {
namespace {

/// Images of 3 lanes and what the CPU makes of them.
struct ViewCase {
  ViewShape s{3, 11, 9, 9, 3};
  std::vector<uint8_t> images;
  std::vector<int64_t> subject = {5, (int64_t{1} << 33) + 7, 0};
  PixelScale scale{0.47f, 0.25f};
  Floats x = poisoned(3 * 11 * 9 * 9 * 3);
  std::vector<int64_t> labels = std::vector<int64_t>(3 * 11, -1);

  ViewCase() {
    for (int n = 0; n < 3 * 9 * 9 * 3; ++n) images.push_back(static_cast<uint8_t>(n * 37 + n / 11));
  }
  /// The views of lane k by the CPU.
  Floats expected(int64_t k, const std::vector<View>& views, PadMode pad) const {
    Floats out = poisoned(static_cast<int64_t>(views.size()) * 9 * 9 * 3);
    make_views({images.data() + k * 9 * 9 * 3, 9, 9, 3}, views, pad, scale, out.data());
    return out;
  }
};

class Views : public testing::TestWithParam<StepViews> {};

TEST_P(Views, AreTheSameBytesAsTheCpus) {
  const StepViews& d = GetParam();
  ViewCase c;
  draw_views(HostQueue(), c.s, d, c.scale, c.images.data(), c.subject.data(), c.x.data(), c.labels.data());
  for (int64_t k = 0; k < 3; ++k) {
    std::vector<View> views;
    for (uint32_t v = 0; v < 11; ++v) {
      const LabelledView drawn = draw_labelled_view(d, static_cast<uint64_t>(c.subject[k]), v);
      EXPECT_EQ(c.labels[k * 11 + v], drawn.label);
      views.push_back(drawn.view);
    }
    EXPECT_EQ(lane_of(c.x, k, 3), c.expected(k, views, d.options.pad));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Draws, Views,
    testing::Values(StepViews{}, StepViews{{4, PadMode::replicate, false}, 9, 3, true, false, false},
                    StepViews{{2, PadMode::zero, true}, uint64_t{1} << 40, 65535, true, true, true},
                    StepViews{{12, PadMode::zero, true}, 2, 1, false, true, false}));

TEST(Views, ThatAreGivenAreShownAsByTheCpu) {
  for (const PadMode pad : {PadMode::zero, PadMode::replicate}) {
    ViewCase c;
    std::vector<View> views(3 * 11);  // the first one of a lane shows the image as it is
    for (int n = 0; n < 3 * 11; ++n)
      if (n % 11 > 0) views[n] = {n % 7 - 3, n % 5 - 2, n % 2 == 1, n % 4};
    show_views(HostQueue(), c.s, pad, c.scale, c.images.data(), views.data(), c.x.data());
    for (int64_t k = 0; k < 3; ++k)
      EXPECT_EQ(lane_of(c.x, k, 3),
                c.expected(k, {views.begin() + k * 11, views.begin() + (k + 1) * 11}, pad));
  }
}

}  // namespace
}  // namespace ttt::cuda
