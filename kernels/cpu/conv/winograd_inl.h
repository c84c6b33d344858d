// Winograd's minimal filtering in one and two dimensions (Lavin and Gray, CVPR 2016). A tile of m x m outputs
// of a 3x3 convolution needs (m + 2)^2 multiplications instead of 9 m^2:
//   y  = A^T [ (G g G^T) . (B^T x B) ] A      forward: x is the tile's input, (m + 2) x (m + 2)
//   dg = G^T [ (B^T x B) . (A dy A^T) ] G     weight gradient; both sums over channels or tiles are matrix
//   products
// Interpolation points: F(4, 3) 0, 1, -1, 2, -2, infinity; F(2, 3) 0, 1, -1, infinity. The functions below
// apply one matrix to one column; the size of the arrays tells which. Included once per instruction set.
#if defined(TTT_KERNELS_CPU_CONV_WINOGRAD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_CONV_WINOGRAD_INL_H
#undef TTT_KERNELS_CPU_CONV_WINOGRAD_INL_H
#else
#define TTT_KERNELS_CPU_CONV_WINOGRAD_INL_H
#endif

#include "kernels/cpu/conv/conv.h"
#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

// v = B^T x, with as many additions as multiply-adds: each has units of its own. The upper three need x[0] to
// x[4] only, the lower three x[1] to x[5].
template <class D, class V>
HWY_INLINE void input_transform(D d, const V (&x)[6], V (&v)[6]) {
  const V two = hn::Set(d, 2.0f), four = hn::Set(d, 4.0f);
  const V even = hn::NegMulAdd(four, x[2], x[4]), odd = hn::NegMulAdd(four, x[1], x[3]);
  v[0] = hn::MulAdd(four, x[0], hn::Sub(even, x[2]));
  v[1] = hn::Add(even, odd);
  v[2] = hn::Sub(even, odd);
  const V even2 = hn::Sub(x[4], x[2]), odd2 = hn::Sub(x[3], x[1]);
  v[3] = hn::MulAdd(two, odd2, even2);
  v[4] = hn::NegMulAdd(two, odd2, even2);
  v[5] = hn::NegMulAdd(four, odd2, hn::Sub(x[5], x[3]));
}
template <class D, class V>
HWY_INLINE void input_transform(D, const V (&x)[4], V (&v)[4]) {
  v[0] = hn::Sub(x[0], x[2]);
  v[1] = hn::Add(x[1], x[2]);
  v[2] = hn::Sub(x[2], x[1]);
  v[3] = hn::Sub(x[1], x[3]);
}

// y = A^T m
template <class D, class V>
HWY_INLINE void output_transform(D d, const V (&m)[6], V (&y)[4]) {
  const V sum = hn::Add(m[1], m[2]), difference = hn::Sub(m[1], m[2]);
  const V sum2 = hn::Add(m[3], m[4]), difference2 = hn::Sub(m[3], m[4]);
  y[0] = hn::Add(m[0], hn::Add(sum, sum2));
  y[1] = hn::MulAdd(hn::Set(d, 2.0f), difference2, difference);
  y[2] = hn::MulAdd(hn::Set(d, 4.0f), sum2, sum);
  y[3] = hn::Add(hn::MulAdd(hn::Set(d, 8.0f), difference2, difference), m[5]);
}
template <class D, class V>
HWY_INLINE void output_transform(D, const V (&m)[4], V (&y)[2]) {
  y[0] = hn::Add(m[0], hn::Add(m[1], m[2]));
  y[1] = hn::Sub(hn::Sub(m[1], m[2]), m[3]);
}

// m = A y
template <class D, class V>
HWY_INLINE void output_gradient_transform(D d, const V (&y)[4], V (&m)[6]) {
  const V even = hn::Add(y[0], y[2]), odd = hn::Add(y[1], y[3]);
  const V even2 = hn::MulAdd(hn::Set(d, 4.0f), y[2], y[0]);
  const V odd2 = hn::MulAdd(hn::Set(d, 8.0f), y[3], hn::Add(y[1], y[1]));
  m[0] = y[0];
  m[1] = hn::Add(even, odd);
  m[2] = hn::Sub(even, odd);
  m[3] = hn::Add(even2, odd2);
  m[4] = hn::Sub(even2, odd2);
  m[5] = y[3];
}
template <class D, class V>
HWY_INLINE void output_gradient_transform(D, const V (&y)[2], V (&m)[4]) {
  m[0] = y[0];
  m[1] = hn::Add(y[0], y[1]);
  m[2] = hn::Sub(y[0], y[1]);
  m[3] = hn::Neg(y[1]);
}

// u = G g
template <class D, class V>
HWY_INLINE void weight_transform(D d, const V (&g)[3], V (&u)[6]) {
  const V sum = hn::Add(g[0], g[2]), sixth = hn::Set(d, -1.0f / 6), twelfth = hn::Set(d, 1.0f / 12);
  const V even2 = hn::MulAdd(hn::Set(d, 1.0f / 24), g[0], hn::Mul(hn::Set(d, 1.0f / 6), g[2]));
  const V odd2 = hn::Mul(twelfth, g[1]);
  u[0] = hn::Mul(hn::Set(d, 0.25f), g[0]);
  u[1] = hn::Mul(sixth, hn::Add(sum, g[1]));
  u[2] = hn::Mul(sixth, hn::Sub(sum, g[1]));
  u[3] = hn::Add(even2, odd2);
  u[4] = hn::Sub(even2, odd2);
  u[5] = g[2];
}
template <class D, class V>
HWY_INLINE void weight_transform(D d, const V (&g)[3], V (&u)[4]) {
  const V half = hn::Set(d, 0.5f), even = hn::Mul(half, hn::Add(g[0], g[2])), odd = hn::Mul(half, g[1]);
  u[0] = g[0];
  u[1] = hn::Add(even, odd);
  u[2] = hn::Sub(even, odd);
  u[3] = g[2];
}

// g = G^T u
template <class D, class V>
HWY_INLINE void weight_gradient_transform(D d, const V (&u)[6], V (&g)[3]) {
  const V sum = hn::Mul(hn::Set(d, -1.0f / 6), hn::Add(u[1], u[2]));
  const V difference = hn::Mul(hn::Set(d, -1.0f / 6), hn::Sub(u[1], u[2]));
  const V sum2 = hn::Add(u[3], u[4]), difference2 = hn::Sub(u[3], u[4]);
  g[0] = hn::MulAdd(hn::Set(d, 1.0f / 24), sum2, hn::MulAdd(hn::Set(d, 0.25f), u[0], sum));
  g[1] = hn::MulAdd(hn::Set(d, 1.0f / 12), difference2, difference);
  g[2] = hn::Add(hn::MulAdd(hn::Set(d, 1.0f / 6), sum2, sum), u[5]);
}
template <class D, class V>
HWY_INLINE void weight_gradient_transform(D d, const V (&u)[4], V (&g)[3]) {
  const V half = hn::Set(d, 0.5f), sum = hn::Mul(half, hn::Add(u[1], u[2]));
  g[0] = hn::Add(u[0], sum);
  g[1] = hn::Mul(half, hn::Sub(u[1], u[2]));
  g[2] = hn::Add(sum, u[3]);
}

/// From x From vectors read by read(row, column) to To x To written by write(row, column, vector):
/// `column_transform` along columns, then along rows. In `Parts` passes of To / Parts rows each, which read
/// their input again: what is between the two transforms then stays in registers.
template <int From, int To, int Parts, class D, class Transform, class Read, class Write>
HWY_INLINE void transform_2d(D, Transform&& column_transform, Read&& read, Write&& write) {
  constexpr int kRowsOfPart = To / Parts;
  unroll<Parts>([&](auto part) TTT_INLINED {
    Vec<D> half[kRowsOfPart][From];
    unroll<From>([&](auto column) TTT_INLINED {
      Vec<D> in[From], out[To];  // the rows of other parts are never computed
      unroll<From>([&](auto row) TTT_INLINED { in[row] = read(row, column); });
      column_transform(in, out);
      unroll<kRowsOfPart>([&](auto row) TTT_INLINED { half[row][column] = out[part * kRowsOfPart + row]; });
    });
    unroll<kRowsOfPart>([&](auto row) TTT_INLINED {
      Vec<D> out[To];
      column_transform(half[row], out);
      unroll<To>([&](auto column) TTT_INLINED { write(part * kRowsOfPart + row, column, out[column]); });
    });
  });
}

/// Where a frequency of a tile, or its weights, are kept.
template <int Side>
constexpr int frequency(int row, int column) {
  return row * (Side + 2) + column;
}

/// Calls f(tag, side of a tile as a compile-time constant).
template <class F>
HWY_INLINE void with_tile(const Conv& conv, F&& f) {
  with_vector(conv.out_simd, [&](auto d) TTT_INLINED {
    if (conv.algorithm == ConvAlgorithm::winograd4) return f(d, std::integral_constant<int, 4>{});
    f(d, std::integral_constant<int, 2>{});
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
