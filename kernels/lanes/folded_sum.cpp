#include "kernels/lanes/folded_sum.h"

#include "kernels/torch.h"

namespace ttt::lanes {

at::Tensor folded_sum(const at::Tensor& x) {
  at::Tensor sum = x;
  while (sum.size(-1) > 1) {
    const int64_t n = sum.size(-1), half = n / 2;
    const at::Tensor folded = sum.narrow(-1, 0, half) + sum.narrow(-1, n - half, half);
    sum = n % 2 == 0 ? folded : at::cat({folded, sum.narrow(-1, half, 1)}, -1);
  }
  return sum.squeeze(-1);
}

}  // namespace ttt::lanes
