#include "kernels/lanes/predictions.h"

#include <cmath>

#include "kernels/lanes/folded_sum.h"
#include "kernels/lanes/losses.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

// p_c = 1 / sum_j exp(z_j - z_c). Where a power is beyond double, the probability is below it: 0.

/// Of one row of C logits.
template <typename T>
double probability(const T* logits, int64_t classes, int64_t of) {
  double sum = 0;
  for (int64_t c = 0; c < classes; ++c)
    sum += std::exp(static_cast<double>(logits[c]) - static_cast<double>(logits[of]));
  return 1 / sum;
}

}  // namespace

at::Tensor entropies(const at::Tensor& logits) {
  const int64_t lanes = logits.size(0), views = logits.size(1), classes = logits.size(2);
  return mean_entropy(logits.detach().reshape({lanes * views, 1, classes})).value.view({lanes, views});
}

at::Tensor probability_of(const at::Tensor& logits_, const at::Tensor& classes_) {
  const at::Tensor logits = logits_.detach().contiguous(), classes = classes_.contiguous();
  if (!logits.device().is_cpu()) return composed_probability_of(logits, classes);
  // A library's exp may differ between the first and the last elements of a tensor, hence between lanes.
  const at::Tensor p = at::empty(classes.sizes(), logits.options());
  const int64_t count = logits.size(2);
  AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "probability_of", [&] {
    for (int64_t row = 0; row < p.numel(); ++row)
      p.mutable_data_ptr<scalar_t>()[row] = static_cast<scalar_t>(probability(
          logits.const_data_ptr<scalar_t>() + row * count, count, classes.const_data_ptr<int64_t>()[row]));
  });
  return p;
}

at::Tensor composed_probability_of(const at::Tensor& logits, const at::Tensor& classes) {
  const at::Tensor z = logits.detach().to(at::kDouble), at_class = z.gather(2, classes.unsqueeze(2));
  return folded_sum((z - at_class).exp()).reciprocal().to(logits.scalar_type());
}

at::Tensor predicted_classes(const at::Tensor& logits) { return logits.detach().argmax(2); }

}  // namespace ttt::lanes
