#include "kernels/lanes/low_rank.h"

#include <numeric>

#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

// Plain loops over rows, in a fixed order: a matrix library may round differently with the alignment of its
// operands, which differs from lane to lane, and with the maker of the CPU. Blocks of a constant number of
// elements become vectors.

constexpr int64_t block = 16;

/// to += scale * x, n numbers.
template <typename T>
void add_scaled(T scale, const T* __restrict x, int64_t n, T* __restrict to) {
  for (int64_t i = 0; i < n; ++i) to[i] += scale * x[i];
}

template <typename T>
T dot(const T* __restrict x, const T* __restrict y, int64_t n) {
  T sums[block] = {};
  int64_t i = 0;
  for (; i + block <= n; i += block)
    for (int64_t j = 0; j < block; ++j) sums[j] += x[i + j] * y[i + j];
  for (; i < n; ++i) sums[0] += x[i] * y[i];
  return std::accumulate(sums, sums + block, T(0));
}

}  // namespace

at::Tensor low_rank_sum(const at::Tensor& base, const at::Tensor& b_, const at::Tensor& a_) {
  if (const auto* cuda = cuda_operations_for(base)) return cuda->low_rank_sum(base, b_, a_);
  const at::Tensor b = b_.contiguous(), a = a_.contiguous();
  const int64_t outs = b.size(1), rank = b.size(2), ins = a.size(2);
  at::Tensor sum = base.clone(at::MemoryFormat::Contiguous);  // of every lane, though they share it
  AT_DISPATCH_FLOATING_TYPES(sum.scalar_type(), "low_rank_sum", [&] {
    for_each_task(sum.size(0), [&](int64_t k) {
      for (int64_t o = 0; o < outs; ++o)
        for (int64_t l = 0; l < rank; ++l)
          add_scaled(b.const_data_ptr<scalar_t>()[(k * outs + o) * rank + l],
                     a.const_data_ptr<scalar_t>() + (k * rank + l) * ins, ins,
                     sum.mutable_data_ptr<scalar_t>() + (k * outs + o) * ins);
    });
  });
  return sum;
}

LowRankGradients low_rank_sum_backward(const at::Tensor& dw_, const at::Tensor& b_, const at::Tensor& a_) {
  if (const auto* cuda = cuda_operations_for(dw_)) return cuda->low_rank_sum_backward(dw_, b_, a_);
  const at::Tensor dw = dw_.contiguous(), b = b_.contiguous(), a = a_.contiguous();
  const int64_t outs = b.size(1), rank = b.size(2), ins = a.size(2);
  LowRankGradients g{at::empty_like(b), at::zeros_like(a)};
  AT_DISPATCH_FLOATING_TYPES(dw.scalar_type(), "low_rank_sum_backward", [&] {
    for_each_task(dw.size(0), [&](int64_t k) {
      for (int64_t o = 0; o < outs; ++o) {
        const scalar_t* row = dw.const_data_ptr<scalar_t>() + (k * outs + o) * ins;
        for (int64_t l = 0; l < rank; ++l) {
          const int64_t at_b = (k * outs + o) * rank + l, at_a = (k * rank + l) * ins;
          g.b.mutable_data_ptr<scalar_t>()[at_b] = dot(row, a.const_data_ptr<scalar_t>() + at_a, ins);
          add_scaled(b.const_data_ptr<scalar_t>()[at_b], row, ins, g.a.mutable_data_ptr<scalar_t>() + at_a);
        }
      }
    });
  });
  return g;
}

}  // namespace ttt::lanes
