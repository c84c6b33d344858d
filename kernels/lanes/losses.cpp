#include "kernels/lanes/losses.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/folded_sum.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

/// log softmax of one row of C logits, in double.
template <typename T>
std::vector<double> log_softmax(const T* logits, int64_t classes) {
  const double top = static_cast<double>(*std::max_element(logits, logits + classes));
  double sum = 0;
  for (int64_t c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(logits[c]) - top);
  const double log_sum = top + std::log(sum);
  std::vector<double> row(classes);
  for (int64_t c = 0; c < classes; ++c) row[c] = static_cast<double>(logits[c]) - log_sum;
  return row;
}

}  // namespace

Loss cross_entropy(const at::Tensor& logits_, const at::Tensor& target_) {
  if (const auto* cuda = cuda_operations_for(logits_)) return cuda->cross_entropy(logits_, target_);
  const at::Tensor logits = logits_.contiguous(), target = target_.contiguous();
  const int64_t lanes = logits.size(0), views = logits.size(1), classes = logits.size(2);
  Loss loss{at::empty({lanes}, logits.options()), at::empty_like(logits)};
  AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "cross_entropy", [&] {
    for (int64_t k = 0; k < lanes; ++k) {
      double sum = 0;
      for (int64_t row = k * views; row < (k + 1) * views; ++row) {
        const auto log_p = log_softmax(logits.const_data_ptr<scalar_t>() + row * classes, classes);
        const int64_t label = target.const_data_ptr<int64_t>()[row];
        sum -= log_p[label];
        for (int64_t c = 0; c < classes; ++c)
          loss.gradient.mutable_data_ptr<scalar_t>()[row * classes + c] =
              static_cast<scalar_t>((std::exp(log_p[c]) - (c == label)) / static_cast<double>(views));
      }
      loss.value.mutable_data_ptr<scalar_t>()[k] = static_cast<scalar_t>(sum / static_cast<double>(views));
    }
  });
  return loss;
}

Loss mean_entropy(const at::Tensor& logits_) {
  if (const auto* cuda = cuda_operations_for(logits_)) return cuda->mean_entropy(logits_);
  const at::Tensor logits = logits_.contiguous();
  const int64_t lanes = logits.size(0), views = logits.size(1), classes = logits.size(2);
  Loss loss{at::empty({lanes}, logits.options()), at::empty_like(logits)};
  AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "mean_entropy", [&] {
    for (int64_t k = 0; k < lanes; ++k) {
      std::vector<std::vector<double>> p(views);
      std::vector<double> mean(classes, 0.0);
      for (int64_t v = 0; v < views; ++v) {
        p[v] = log_softmax(logits.const_data_ptr<scalar_t>() + (k * views + v) * classes, classes);
        for (int64_t c = 0; c < classes; ++c)
          mean[c] += (p[v][c] = std::exp(p[v][c])) / static_cast<double>(views);
      }
      double entropy = 0;
      std::vector<double> log_mean(classes);
      for (int64_t c = 0; c < classes; ++c) {
        log_mean[c] = std::log(std::max(mean[c], 1e-300));
        entropy -= mean[c] * log_mean[c];
      }
      // dH / dz_vc = -p_vc / V (log m_c - sum_j p_vj log m_j)
      for (int64_t v = 0; v < views; ++v) {
        double inner = 0;
        for (int64_t c = 0; c < classes; ++c) inner += p[v][c] * log_mean[c];
        for (int64_t c = 0; c < classes; ++c)
          loss.gradient.mutable_data_ptr<scalar_t>()[(k * views + v) * classes + c] =
              static_cast<scalar_t>(-p[v][c] * (log_mean[c] - inner) / static_cast<double>(views));
      }
      loss.value.mutable_data_ptr<scalar_t>()[k] = static_cast<scalar_t>(entropy);
    }
  });
  return loss;
}

Loss weighted_entropy(const at::Tensor& logits, const at::Tensor& weight) {
  const int64_t lanes = logits.size(0), views = logits.size(1), classes = logits.size(2);
  // A lane of one view each: the entropy of its mean prediction is that of the view.
  const Loss view = mean_entropy(logits.detach().reshape({lanes * views, 1, classes}));
  const at::Tensor share = weight.detach().to(at::kDouble) / static_cast<double>(views),
                   value = folded_sum(view.value.to(at::kDouble).view({lanes, views}) * share),
                   gradient = view.gradient.to(at::kDouble).view(logits.sizes()) * share.unsqueeze(2);
  return {value.to(logits.scalar_type()), gradient.to(logits.scalar_type())};
}

}  // namespace ttt::lanes
