#include "kernels/lanes/directions.h"

#include <numeric>

#include "kernels/lanes/folded_sum.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

at::Tensor no_sums(const at::Tensor& like) {
  return at::zeros({like.size(0)}, like.options().dtype(at::kDouble));
}

template <typename T>
double product(const T* a, const T* b, int64_t size) {
  constexpr int64_t block = 16;  // sums that do not wait for each other
  double sums[block] = {};
  for (int64_t i = 0; i < size; ++i) sums[i % block] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return std::accumulate(sums, sums + block, 0.0);
}

/// Adds the products of one tensor's lanes to `sums` [K].
void add_products(const at::Tensor& sums, const at::Tensor& a_, const at::Tensor& b_) {
  const at::Tensor a = contiguous_lanes(a_), b = contiguous_lanes(b_);
  const int64_t lanes = a.size(0), size = a.numel() / lanes;
  AT_DISPATCH_FLOATING_TYPES(a.scalar_type(), "inner", [&] {
    for_each_task(lanes, [&](int64_t k) {
      sums.mutable_data_ptr<double>()[k] += product(a.const_data_ptr<scalar_t>() + k * a.stride(0),
                                                    b.const_data_ptr<scalar_t>() + k * b.stride(0), size);
    });
  });
}

/// All numbers of a lane in a row, in double.
at::Tensor lane_row(const at::Tensor& x) { return x.reshape({x.size(0), -1}).to(at::kDouble); }

/// The factor in each lane, beside x.
at::Tensor beside(const at::Tensor& factor /* [K] */, const at::Tensor& x /* [K, ...] */) {
  std::vector<int64_t> shape(x.dim(), 1);
  shape[0] = factor.size(0);
  return factor.view(shape);
}

}  // namespace

at::Tensor inner(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  if (!a.front().device().is_cpu()) return composed_inner(a, b);
  const at::Tensor sums = no_sums(a.front());
  for (size_t i = 0; i < a.size(); ++i) add_products(sums, a[i], b[i]);
  return sums;
}

at::Tensor composed_inner(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  const at::Tensor sums = no_sums(a.front());
  for (size_t i = 0; i < a.size(); ++i) sums.add_(folded_sum(lane_row(a[i]) * lane_row(b[i])));
  return sums;
}

at::Tensor cosine(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  const at::Tensor lengths = (inner(a, a) * inner(b, b)).sqrt();  // one root: exactly 1 of a and a
  return at::where(lengths == 0, at::zeros_like(lengths), inner(a, b) / lengths);
}

std::vector<at::Tensor> perturbation(const std::vector<at::Tensor>& gradients, double radius) {
  const at::Tensor norm = inner(gradients, gradients).sqrt();
  // Where the norm is infinite the factor is 0, and infinity times 0 is not a number.
  const at::Tensor factor = at::where(norm == 0, at::zeros_like(norm), radius / norm);
  std::vector<at::Tensor> scaled;
  for (const at::Tensor& g : gradients)
    scaled.push_back((g.to(at::kDouble) * beside(factor, g)).to(g.scalar_type()));
  return scaled;
}

std::vector<at::Tensor> normalised(const std::vector<at::Tensor>& gradients) {
  return perturbation(gradients, 1);
}

}  // namespace ttt::lanes
