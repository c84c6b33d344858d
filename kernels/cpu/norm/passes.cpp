// The passes over the pixels of an image that norm.h promises.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/norm/passes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/norm/norm.h"
#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

// Structs are passed by value: the compiler reads what it has only a reference to again after every store.

/// Calls f(tag, slice, y) for every row of every slice of an image.
template <class F>
HWY_INLINE void for_rows(NormShape shape, F&& f) {
  with_vector(shape.simd, [&](auto d) TTT_INLINED {
    for (int y = 0; y < shape.height; ++y)
      for (int s = 0; s < shape.channels / shape.simd; ++s) f(d, s, y);
  });
}

/// Sum over a row of term(vector), in four partial sums: an addition takes longer than its turn.
template <class D, class Term>
HWY_INLINE Vec<D> row_sum(D d, const float* row, int64_t column, int width, Term&& term) {
  Vec<D> sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  int x = 0;
  for (; x + 4 <= width; x += 4)
    unroll<4>([&](auto i) TTT_INLINED { sums[i] = term(hn::LoadU(d, row + (x + i) * column), sums[i]); });
  for (; x < width; ++x) sums[0] = term(hn::LoadU(d, row + x * column), sums[0]);
  return hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
}

/// Per channel: the mean, and the sum of squared deviations from it. `row_means` is [height, simd].
template <class D>
HWY_INLINE void slice_moments(D d, const NormShape& shape, ConstPixels x, int s, float* row_means,
                              float* mean, float* squares) {
  const auto inverse_width = hn::Set(d, 1.0f / static_cast<float>(shape.width));
  Vec<D> total = hn::Zero(d), within = hn::Zero(d), between = hn::Zero(d);
  for (int y = 0; y < shape.height; ++y) {
    const float* row = x.at(s, y, 0);
    const auto row_mean = hn::Mul(inverse_width, row_sum(d, row, x.column, shape.width,
                                                         [](auto v, auto sum) { return hn::Add(v, sum); }));
    within = hn::Add(within, row_sum(d, row, x.column, shape.width, [&](auto v, auto sum) TTT_INLINED {
                       const auto off = hn::Sub(v, row_mean);
                       return hn::MulAdd(off, off, sum);
                     }));
    total = hn::Add(total, row_mean);
    hn::Store(row_mean, d, row_means + y * kSimd<D>);
  }
  const auto channel_mean = hn::Mul(total, hn::Set(d, 1.0f / static_cast<float>(shape.height)));
  for (int y = 0; y < shape.height; ++y) {
    const auto off = hn::Sub(hn::Load(d, row_means + y * kSimd<D>), channel_mean);
    between = hn::MulAdd(off, off, between);
  }
  hn::Store(channel_mean, d, mean + s * kSimd<D>);
  hn::Store(hn::MulAdd(between, hn::Set(d, static_cast<float>(shape.width)), within), d,
            squares + s * kSimd<D>);
}

void moments_of_channels(const NormShape& shape, ConstPixels x, float* row_means, float* mean,
                         float* squares) {
  with_vector(shape.simd, [&](auto d) TTT_INLINED {
    for (int s = 0; s < shape.channels / shape.simd; ++s)
      slice_moments(d, shape, x, s, row_means, mean, squares);
  });
}

void relu(NormShape shape, ConstPixels x, NormTerms terms, Pixels a) {
  for_rows(shape, [&](auto d, int s, int y) TTT_INLINED {
    const auto scale = hn::Load(d, terms.scale + s * shape.simd),
               shift = hn::Load(d, terms.shift + s * shape.simd);
    const float* from = x.at(s, y, 0);
    float* to = a.at(s, y, 0);
    for (int i = 0; i < shape.width; ++i, from += x.column, to += a.column)
      hn::StoreU(hn::Max(hn::Zero(d), hn::MulAdd(hn::LoadU(d, from), scale, shift)), d, to);
  });
}

void relu_sums(NormShape shape, ConstPixels x, NormTerms terms, float* sums) {
  for_rows(shape, [&](auto d, int s, int y) TTT_INLINED {
    const auto scale = hn::Load(d, terms.scale + s * shape.simd),
               shift = hn::Load(d, terms.shift + s * shape.simd);
    const auto sum = row_sum(d, x.at(s, y, 0), x.column, shape.width, [&](auto v, auto partial) TTT_INLINED {
      return hn::Add(partial, hn::Max(hn::Zero(d), hn::MulAdd(v, scale, shift)));
    });
    float* to = sums + s * shape.simd;
    hn::Store(y == 0 ? sum : hn::Add(hn::Load(d, to), sum), d, to);
  });
}

void constant_gate(NormShape shape, ConstPixels x, NormTerms terms, const float* gradient, Pixels dz,
                   NormSums sums) {
  for_rows(shape, [&](auto d, int s, int y) TTT_INLINED {
    const int c = s * shape.simd;
    const auto scale = hn::Load(d, terms.scale + c), shift = hn::Load(d, terms.shift + c);
    const auto inverse = hn::Load(d, terms.inverse + c), offset = hn::Load(d, terms.offset + c);
    const auto g = hn::LoadU(d, gradient + c);
    auto sum = hn::Load(d, sums.dz + c), sum_xhat = hn::Load(d, sums.dz_xhat + c);
    for (int i = 0; i < shape.width; ++i) {
      const auto v = hn::LoadU(d, x.at(s, y, i));
      const auto open = hn::Gt(hn::MulAdd(v, scale, shift), hn::Zero(d));
      const auto passed = hn::IfThenElseZero(open, g);
      hn::StoreU(passed, d, dz.at(s, y, i));
      sum = hn::Add(sum, passed);
      sum_xhat = hn::MulAdd(passed, hn::MulAdd(v, inverse, offset), sum_xhat);
    }
    hn::Store(sum, d, sums.dz + c);
    hn::Store(sum_xhat, d, sums.dz_xhat + c);
  });
}

void input_gradient(NormShape shape, ConstPixels x, ConstPixels dz, NormGradient gradient, ConstPixels add,
                    Pixels dx) {
  for_rows(shape, [&](auto d, int s, int y) TTT_INLINED {
    const int c = s * shape.simd;
    const auto gain = hn::Load(d, gradient.gain + c), slope = hn::Load(d, gradient.slope + c);
    const auto level = hn::Load(d, gradient.level + c);
    for (int i = 0; i < shape.width; ++i) {
      auto v = hn::MulAdd(hn::LoadU(d, x.at(s, y, i)), slope, level);
      v = hn::MulAdd(hn::LoadU(d, dz.at(s, y, i)), gain, v);
      if (add.data) v = hn::Add(v, hn::LoadU(d, add.at(s, y, i)));
      hn::StoreU(v, d, dx.at(s, y, i));
    }
  });
}

void copy(NormShape shape, ConstPixels from, Pixels to) {
  for_rows(shape, [&](auto d, int s, int y) TTT_INLINED {
    for (int i = 0; i < shape.width; ++i) hn::StoreU(hn::LoadU(d, from.at(s, y, i)), d, to.at(s, y, i));
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(moments_of_channels);
HWY_EXPORT(relu);
HWY_EXPORT(relu_sums);
HWY_EXPORT(constant_gate);
HWY_EXPORT(input_gradient);
HWY_EXPORT(copy);

void channel_moments(const NormShape& shape, ConstPixels x, float* mean, float* squares, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  float* row_means = scratch.take(static_cast<int64_t>(shape.height) * shape.simd);
  HWY_DYNAMIC_DISPATCH(moments_of_channels)(shape, x, row_means, mean, squares);
}

void norm_relu(const NormShape& shape, ConstPixels x, const NormTerms& terms, Pixels a) {
  HWY_DYNAMIC_DISPATCH(relu)(shape, x, terms, a);
}

void norm_relu_sums(const NormShape& shape, ConstPixels x, const NormTerms& terms, float* sums) {
  HWY_DYNAMIC_DISPATCH(relu_sums)(shape, x, terms, sums);
}

void gate_constant(const NormShape& shape, ConstPixels x, const NormTerms& terms, const float* gradient,
                   Pixels dz, const NormSums& sums) {
  HWY_DYNAMIC_DISPATCH(constant_gate)(shape, x, terms, gradient, dz, sums);
}

void norm_input_gradient(const NormShape& shape, ConstPixels x, ConstPixels dz, const NormGradient& gradient,
                         ConstPixels add, Pixels dx) {
  HWY_DYNAMIC_DISPATCH(input_gradient)(shape, x, dz, gradient, add, dx);
}

void copy_pixels(const NormShape& shape, ConstPixels from, Pixels to) {
  HWY_DYNAMIC_DISPATCH(copy)(shape, from, to);
}

}  // namespace ttt::cpu
#endif
