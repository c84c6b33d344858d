#include "kernels/lanes/rounding.h"

#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

/// Half of the last bit that is kept, added to the magnitude, carries where it must.
at::Tensor to_tf32(const at::Tensor& x) {
  constexpr int dropped = 13;
  const at::Tensor bits = x.view(at::kInt) + (1 << (dropped - 1));
  return at::where(x.isfinite(), bits.bitwise_and(-(1 << dropped)).view(at::kFloat), x);
}

}  // namespace

at::Tensor rounded(const at::Tensor& x, Precision precision) {
  if (precision == Precision::tf32) return to_tf32(x.to(at::kFloat)).to(x.scalar_type());
  if (precision == Precision::bf16) return x.to(at::kFloat).to(at::kBFloat16).to(x.scalar_type());
  return x;
}

}  // namespace ttt::lanes
