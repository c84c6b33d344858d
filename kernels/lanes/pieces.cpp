#include "kernels/lanes/pieces.h"

#include <algorithm>

#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

/// Fewer views would not make up for what a weight costs: its transform and its way into the cache.
constexpr int64_t views_of_piece = 32;

float* nth(const at::Tensor& x, int64_t k, int64_t i) {
  return x.defined() ? x.mutable_data_ptr<float>() + k * x.stride(0) + i * x.stride(1) : nullptr;
}

}  // namespace

Pieces::Pieces(const at::Tensor& x)
    : lanes_(x.size(0)), views_(x.size(1)), most_(x.is_cpu() ? views_of_piece : x.size(1)) {}

int64_t Pieces::of_lane() const { return std::max<int64_t>(1, (views_ + most_ - 1) / most_); }

Piece Pieces::operator[](int64_t n) const {
  const int64_t index = n % of_lane(), first = index * most_;
  return {n / of_lane(), first, std::min(most_, views_ - first), index};
}

void Pieces::for_each(const std::function<void(const Piece&)>& f) const {
  for_each_task(count(), [&](int64_t n) { f((*this)[n]); });
}

at::Tensor Pieces::sums(at::IntArrayRef shape, const at::TensorOptions& options) const {
  std::vector<int64_t> sizes = {lanes_, of_lane()};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return at::empty(sizes, options);
}

at::Tensor part_of(const at::Tensor& x, const Piece& piece) {
  return x.select(0, piece.lane).narrow(0, piece.first, piece.views);
}

at::Tensor images_of(const at::Tensor& x, const Piece& piece) {
  return part_of(x, piece).permute({0, 3, 1, 2});
}

const float* views_of(const at::Tensor& x, const Piece& piece) {
  return x.const_data_ptr<float>() + piece.lane * x.stride(0) + piece.first * x.stride(1);
}

float* mutable_views_of(const at::Tensor& x, const Piece& piece) { return nth(x, piece.lane, piece.first); }

float* sum_of(const at::Tensor& sums, const Piece& piece) { return nth(sums, piece.lane, piece.index); }

at::Tensor added_up(const at::Tensor& sums) {
  if (!sums.defined()) return {};
  const at::Tensor total = sums.select(1, 0);
  for (int64_t p = 1; p < sums.size(1); ++p) total.add_(sums.select(1, p));
  return total.contiguous();
}

}  // namespace ttt::lanes
