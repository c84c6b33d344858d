#include "kernels/lanes/patches.h"

#include <cassert>
#include <numeric>
#include <utility>
#include <vector>

#include "kernels/draw.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

/// A permutation of [0, size): Fisher and Yates.
std::vector<int64_t> permutation(const Draw& draw, int64_t size) {
  std::vector<int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = 0; i + 1 < size; ++i)
    std::swap(order[i], order[i + draw.below(static_cast<uint32_t>(i), static_cast<uint64_t>(size - i))]);
  return order;
}

/// Which patch each place of each view shows: [K, V, places], in memory of the host.
at::Tensor drawn_orders(const at::Tensor& subject_, int64_t views, int64_t places, uint64_t seed, int step) {
  const at::Tensor subject = subject_.cpu().contiguous();
  const at::Tensor orders = at::empty({subject.size(0), views, places}, at::kLong);
  int64_t* out = orders.mutable_data_ptr<int64_t>();
  for (int64_t k = 0; k < subject.size(0); ++k)
    for (int64_t v = 0; v < views; ++v) {
      const auto of = static_cast<uint64_t>(subject.const_data_ptr<int64_t>()[k]);
      const Draw draw(seed, Purpose::patch_order, of, static_cast<uint32_t>(step), static_cast<uint32_t>(v));
      for (const int64_t patch : permutation(draw, places)) *out++ = patch;
    }
  return orders;
}

}  // namespace

at::Tensor shuffled_patches(const at::Tensor& views, int patches, const at::Tensor& subject, uint64_t seed,
                            int step) {
  const int64_t lanes = views.size(0), count = views.size(1), channels = views.size(4), n = patches;
  const int64_t height = views.size(2) / n, width = views.size(3) / n;  // of a patch
  assert(n >= 1 && height >= 1 && width >= 1);
  const at::Tensor shuffled = views.clone(at::MemoryFormat::Contiguous);
  // [K, V, row of patches, y, column of patches, x, C]; the same exchange of dimensions leads there and back.
  const at::Tensor cut = shuffled.narrow(2, 0, n * height).narrow(3, 0, n * width);
  const auto rows_and_columns = [&](const at::Tensor& x, int64_t inner1, int64_t inner2, int64_t inner3) {
    return x.reshape({lanes, count, n, inner1, inner2, inner3, channels}).transpose(3, 4);
  };
  const at::Tensor in_patches =
      rows_and_columns(cut, height, n, width).reshape({lanes, count, n * n, height * width * channels});
  const at::Tensor orders = drawn_orders(subject, count, n * n, seed, step).to(views.device());
  const at::Tensor moved = in_patches.gather(2, orders.unsqueeze(3).expand(in_patches.sizes()));
  cut.copy_(rows_and_columns(moved, n, height, width).reshape(cut.sizes()));
  return shuffled;
}

}  // namespace ttt::lanes
