#include "kernels/lanes/low_rank.h"

#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

/// Lane k as a matrix of its own: a matrix library may round differently with the alignment of its operands,
/// which differs from lane to lane in a tensor of all.
at::Tensor matrix(const at::Tensor& x, int64_t k) {
  const at::Tensor lane = x.select(0, k);
  return lane.reshape({lane.size(0), -1}).clone(at::MemoryFormat::Contiguous);
}

}  // namespace

at::Tensor low_rank_sum(const at::Tensor& base, const at::Tensor& b, const at::Tensor& a) {
  if (const auto* cuda = cuda_operations_for(base)) return cuda->low_rank_sum(base, b, a);
  std::vector<at::Tensor> sums;
  for (int64_t k = 0; k < base.size(0); ++k)
    sums.push_back(at::addmm(matrix(base, k), matrix(b, k), matrix(a, k)));
  return join(sums).view(base.sizes());
}

LowRankGradients low_rank_sum_backward(const at::Tensor& dw, const at::Tensor& b, const at::Tensor& a) {
  if (const auto* cuda = cuda_operations_for(dw)) return cuda->low_rank_sum_backward(dw, b, a);
  std::vector<at::Tensor> db, da;
  for (int64_t k = 0; k < dw.size(0); ++k) {
    const at::Tensor d = matrix(dw, k);
    db.push_back(at::mm(d, matrix(a, k).t()));
    da.push_back(at::mm(matrix(b, k).t(), d));
  }
  return {join(db), join(da)};
}

}  // namespace ttt::lanes
