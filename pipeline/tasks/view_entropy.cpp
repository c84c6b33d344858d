#include "pipeline/tasks/view_entropy.h"

#include <cmath>

#include "kernels/torch.h"

namespace ttt {

double entropy_margin(const at::Tensor& logits, double share) {
  return share * std::log(static_cast<double>(logits.size(-1)));
}

at::Tensor mean_over_kept(const at::Tensor& kept, const at::Tensor& weight) {
  const at::Tensor count = kept.sum(-1, /*keepdim=*/true).clamp_min(1).to(weight.scalar_type());
  return at::where(kept, weight * (static_cast<double>(kept.size(-1)) / count), at::zeros_like(weight));
}

}  // namespace ttt
