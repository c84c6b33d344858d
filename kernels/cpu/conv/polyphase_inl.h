// A 3x3 convolution of stride 2 as its polyphase components, each by Winograd's minimal filtering (Lavin and
// Gray, CVPR 2016). In one dimension and in positions of a frame,
//   y[i] = (x[2i] w[0] + x[2i + 2] w[2]) + x[2i + 1] w[1]
// even positions meet a pair of taps with stride 1, odd ones a single tap. For four outputs, the pair needs 5
// products instead of 8, F(4, 2), and the single tap 4 that are sums of nothing else:
//   y = A^T [ (G g) . (B^T x) ]    with products 0 to 4 the pair's and 5 to 8 the single tap's
// In two dimensions 9 x 9 products instead of 144 make 4x4 outputs, of 6 x 6 weights: those of a single tap
// serve four products, or 16. The weight gradient is the adjoint, as in winograd_inl.h. Of the input's
// gradient, rows of one parity meet the single tap and those of the other the pair, turned round; columns
// likewise:
//   dx[2j] = dy[j] w[1],    dx[2j + 1] = dy[j] w[2] + dy[j + 1] w[0]    in pixels of the image
// the same 9 x 9 products of 5x5 pixels of dy, each for pixels of its own among 8x8.
// Interpolation points: 0, 1, -1, 2, infinity. The functions below apply one matrix to one column; the size
// of the arrays tells which. Included once per instruction set.
#if defined(TTT_KERNELS_CPU_CONV_POLYPHASE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_CONV_POLYPHASE_INL_H
#undef TTT_KERNELS_CPU_CONV_POLYPHASE_INL_H
#else
#define TTT_KERNELS_CPU_CONV_POLYPHASE_INL_H
#endif

#include "kernels/cpu/conv/strip_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Where a product is kept: those of the same weights beside each other.
constexpr int phase_product(int row, int column) {
  if (row < 5) return column < 5 ? row * 5 + column : 25 + row * 4 + (column - 5);
  return column < 5 ? 45 + column * 4 + (row - 5) : 65 + (row - 5) * 4 + (column - 5);
}

/// The slab of weights of 5 frequencies of the pair and, the last one, of the single tap, in rows and
/// columns.
constexpr int phase_slab(int row, int column) {
  if (row < 5) return column < 5 ? row * 5 + column : 25 + row;
  return 30 + column;
}

/// Where the products with a slab are.
constexpr Products phase_products(int slab) {
  if (slab < 25) return {slab, 1};
  return slab < 35 ? Products{25 + (slab - 25) * 4, 4} : Products{65, 16};
}

// v = B^T x
template <class D, class V>
HWY_INLINE void pair_input(D d, const V (&x)[5], V (&v)[5]) {
  const V two = hn::Set(d, 2.0f);
  v[3] = hn::Sub(x[3], x[1]);
  v[0] = hn::MulAdd(two, hn::Sub(x[0], x[2]), v[3]);
  v[1] = hn::Sub(v[3], hn::Add(x[1], x[2]));
  v[2] = hn::MulAdd(hn::Set(d, 3.0f), hn::Sub(x[1], x[2]), v[3]);
  v[4] = hn::NegMulAdd(two, v[3], hn::Sub(x[4], x[2]));
}

// y = A^T m
template <class D, class V>
HWY_INLINE void pair_output(D d, const V (&m)[5], V (&y)[4]) {
  const V sum = hn::Add(m[1], m[2]), difference = hn::Sub(m[1], m[2]);
  y[0] = hn::Add(m[0], hn::Add(sum, m[3]));
  y[1] = hn::MulAdd(hn::Set(d, 2.0f), m[3], difference);
  y[2] = hn::MulAdd(hn::Set(d, 4.0f), m[3], sum);
  y[3] = hn::Add(hn::MulAdd(hn::Set(d, 8.0f), m[3], difference), m[4]);
}

// m = A y
template <class D, class V>
HWY_INLINE void pair_output_gradient(D d, const V (&y)[4], V (&m)[5]) {
  const V even = hn::Add(y[0], y[2]), odd = hn::Add(y[1], y[3]);
  m[0] = y[0];
  m[1] = hn::Add(even, odd);
  m[2] = hn::Sub(even, odd);
  m[3] = hn::MulAdd(hn::Set(d, 4.0f), hn::MulAdd(hn::Set(d, 2.0f), y[3], y[2]),
                    hn::MulAdd(hn::Set(d, 2.0f), y[1], y[0]));
  m[4] = y[3];
}

// The forward pass' input: v = B^T x.
template <class D, class V>
HWY_INLINE void phase_transform(D d, const V (&x)[9], V (&v)[9]) {
  const V even[5] = {x[0], x[2], x[4], x[6], x[8]};
  V pair[5];
  pair_input(d, even, pair);
  unroll<5>([&](auto i) TTT_INLINED { v[i] = pair[i]; });
  unroll<4>([&](auto i) TTT_INLINED { v[5 + i] = x[2 * i + 1]; });
}
// dy for the input gradient: B^T dy.
template <class D, class V>
HWY_INLINE void phase_transform(D d, const V (&dy)[5], V (&v)[9]) {
  V pair[5];
  pair_input(d, dy, pair);
  unroll<5>([&](auto i) TTT_INLINED { v[i] = pair[i]; });
  unroll<4>([&](auto i) TTT_INLINED { v[5 + i] = dy[i]; });
}
// dy for the weight gradient: m = A dy.
template <class D, class V>
HWY_INLINE void phase_transform(D d, const V (&dy)[4], V (&m)[9]) {
  V pair[5];
  pair_output_gradient(d, dy, pair);
  unroll<5>([&](auto i) TTT_INLINED { m[i] = pair[i]; });
  unroll<4>([&](auto i) TTT_INLINED { m[5 + i] = dy[i]; });
}

// Products to outputs: y = A^T m.
template <class D, class V>
HWY_INLINE void phase_outputs(D d, const V (&m)[9], V (&y)[4]) {
  const V products[5] = {m[0], m[1], m[2], m[3], m[4]};
  V pair[4];
  pair_output(d, products, pair);
  unroll<4>([&](auto i) TTT_INLINED { y[i] = hn::Add(pair[i], m[5 + i]); });
}
// To input gradients, of the single tap and of the pair in turn.
template <class D, class V>
HWY_INLINE void phase_outputs(D d, const V (&m)[9], V (&dx)[8]) {
  const V products[5] = {m[0], m[1], m[2], m[3], m[4]};
  V pair[4];
  pair_output(d, products, pair);
  unroll<4>([&](auto i) TTT_INLINED {
    dx[2 * i] = m[5 + i];
    dx[2 * i + 1] = pair[i];
  });
}

// u = G g: the pair's taps are the outer ones, the single one comes last.
template <class D, class V>
HWY_INLINE void phase_weights(D d, const V (&g)[3], V (&u)[6]) {
  const V sixth = hn::Set(d, 1.0f / 6), half = hn::Set(d, 0.5f);
  u[0] = hn::Mul(half, g[0]);
  u[1] = hn::Mul(hn::Set(d, -0.5f), hn::Add(g[0], g[2]));
  u[2] = hn::Mul(sixth, hn::Sub(g[2], g[0]));
  u[3] = hn::Mul(sixth, hn::MulAdd(hn::Set(d, 2.0f), g[2], g[0]));
  u[4] = g[2];
  u[5] = g[1];
}

// g = G^T u
template <class D, class V>
HWY_INLINE void phase_weight_gradient(D d, const V (&u)[6], V (&g)[3]) {
  const V sixth = hn::Set(d, 1.0f / 6), half = hn::Set(d, 0.5f);
  g[0] = hn::MulAdd(sixth, hn::Sub(u[3], u[2]), hn::Mul(half, hn::Sub(u[0], u[1])));
  g[1] = u[5];
  g[2] = hn::MulAdd(sixth, hn::MulAdd(hn::Set(d, 2.0f), u[3], u[2]), hn::NegMulAdd(half, u[1], u[4]));
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
