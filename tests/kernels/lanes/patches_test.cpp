#include "kernels/lanes/patches.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

const at::Tensor two_subjects = at::tensor({7, 5}, at::kLong);

/// Every value once.
at::Tensor distinct(at::IntArrayRef shape) { return at::arange(c10::multiply_integers(shape)).view(shape); }

/// The patches [n * n] of a view [H, W, C], row by row.
std::vector<at::Tensor> patches_of(const at::Tensor& view, int64_t n) {
  const int64_t height = view.size(0) / n, width = view.size(1) / n;
  std::vector<at::Tensor> patches;
  for (int64_t i = 0; i < n * n; ++i)
    patches.push_back(view.narrow(0, i / n * height, height).narrow(1, i % n * width, width));
  return patches;
}

/// Which patch of `view` each place of `shuffled` shows.
std::vector<int64_t> order_of(const at::Tensor& shuffled, const at::Tensor& view, int64_t n) {
  std::vector<int64_t> order;
  const auto before = patches_of(view, n);
  for (const at::Tensor& patch : patches_of(shuffled, n))
    for (size_t i = 0; i < before.size(); ++i)
      if (patch.equal(before[i])) order.push_back(static_cast<int64_t>(i));
  return order;
}

TEST(ShuffledPatches, ShowEveryPatchExactlyOnce) {
  for (const int n : {2, 3, 4}) {
    const at::Tensor views = distinct({2, 3, 12, 24, 2});
    const at::Tensor shuffled = shuffled_patches(views, n, two_subjects, 1, 0);
    for (int64_t k = 0; k < 2; ++k)
      for (int64_t v = 0; v < 3; ++v) {
        const auto order = order_of(shuffled[k][v], views[k][v], n);
        ASSERT_EQ(order.size(), n * n);
        EXPECT_EQ(std::set(order.begin(), order.end()).size(), n * n);
      }
  }
}

TEST(ShuffledPatches, KeepThePixelsAndTheRestBeyondTheLastPatch) {
  const at::Tensor views = normals({2, 3, 11, 14, 3}, 1, at::kFloat);
  const at::Tensor shuffled = shuffled_patches(views, 4, two_subjects, 1, 0);
  const auto sorted = [](const at::Tensor& x) { return std::get<0>(x.reshape({6, 11 * 14, 3}).sort(1)); };
  EXPECT_TRUE(sorted(shuffled).equal(sorted(views)));
  EXPECT_FALSE(shuffled.equal(views));
  EXPECT_TRUE(shuffled.narrow(2, 8, 3).equal(views.narrow(2, 8, 3)));
  EXPECT_TRUE(shuffled.narrow(3, 12, 2).equal(views.narrow(3, 12, 2)));
}

TEST(ShuffledPatches, LeaveTheirInputAloneAndAWholeViewAsItIs) {
  const at::Tensor views = normals({2, 3, 8, 8, 3}, 1, at::kFloat), before = views.clone();
  EXPECT_TRUE(shuffled_patches(views, 1, two_subjects, 1, 0).equal(before));
  shuffled_patches(views, 4, two_subjects, 1, 0);
  EXPECT_TRUE(views.equal(before));
}

TEST(ShuffledPatches, HaveAnOrderOfTheirOwnForEachSubjectViewStepAndSeed) {
  const at::Tensor one = distinct({1, 1, 8, 8, 1}), views = one.expand({2, 2, 8, 8, 1});
  std::set<std::vector<int64_t>> orders;
  for (const int step : {0, 1})
    for (const uint64_t seed : {1, 2}) {
      const at::Tensor shuffled = shuffled_patches(views, 4, two_subjects, seed, step);
      for (int64_t k = 0; k < 2; ++k)
        for (int64_t v = 0; v < 2; ++v) orders.insert(order_of(shuffled[k][v], one[0][0], 4));
      EXPECT_TRUE(shuffled_patches(views, 4, two_subjects, seed, step).equal(shuffled));
    }
  EXPECT_EQ(orders.size(), 16);
}

TEST(ShuffledPatches, HaveEveryOrderEquallyOften) {
  constexpr int64_t subjects = 9600;                 // 24 orders, 400 of each, deviation 20
  const at::Tensor one = distinct({1, 1, 2, 2, 1});  // a patch is its number
  const at::Tensor shuffled =
      shuffled_patches(one.expand({subjects, 1, 2, 2, 1}), 2, at::arange(subjects, at::kLong), 1, 0);
  std::map<std::vector<int64_t>, int> count;
  const int64_t* patches = shuffled.const_data_ptr<int64_t>();
  for (int64_t k = 0; k < subjects; ++k) ++count[{patches + 4 * k, patches + 4 * k + 4}];
  EXPECT_EQ(count.size(), 24);
  for (const auto& [order, times] : count) EXPECT_NEAR(times, 400, 80);
}

TEST(ShuffledPatches, OfALaneAreTheSameWhoeverItsNeighboursAre) {
  const std::vector<at::Tensor> inputs = {normals({4, 3, 9, 9, 2}, 1, at::kFloat),
                                          at::tensor({7, 5, 7, 1000000007}, at::kLong)};
  EXPECT_TRUE(is_lane_by_lane(
      [](const std::vector<at::Tensor>& x) { return shuffled_patches(x[0], 4, x[1], 3, 2); }, inputs));
}

}  // namespace
}  // namespace ttt::lanes
