#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/sequence/product.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// c (+)= a b, panel by panel; `pack_panel(column, first, depth, columns, panel)` packs rows [first, first +
/// depth) of b.
template <class Order, class Pack>
HWY_INLINE void by_panels(const ProductSize& size, const Order& order, const float* a, Into into, Matrix c,
                          Scratch& scratch, Pack&& pack_panel) {
  const Scratch::Lease lease(scratch);
  float* panel = scratch.take(kDepth * kPanel);
  for (int64_t column = 0; column < size.columns; column += kPanel) {
    const int64_t columns = std::min<int64_t>(kPanel, size.columns - column);
    for (int64_t first = 0; first == 0 || first < size.inner; first += kDepth) {
      const int64_t depth = std::min(kDepth, size.inner - first);
      pack_panel(column, first, depth, columns, panel);
      const Into then = first > 0 ? Into::added : into;
      const float* from = a + order.at(0, first);
      if (columns <= kSimd<Widest>)
        multiply_panel<1>(order, from, panel, size.rows, depth, then, c.from_column(column), columns);
      else
        multiply_panel<kWide>(order, from, panel, size.rows, depth, then, c.from_column(column), columns);
    }
  }
}

void plain(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c, Scratch& scratch) {
  by_panels(size, Along{a.stride}, a.data, into, c, scratch,
            [&](int64_t column, int64_t first, int64_t depth, int64_t columns, float* panel) {
              pack(b.from_row(first).from_column(column), depth, columns, panel);
            });
}

void transposed(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c,
                Scratch& scratch) {
  by_panels(size, Along{a.stride}, a.data, into, c, scratch,
            [&](int64_t column, int64_t first, int64_t depth, int64_t columns, float* panel) {
              pack_transposed(b.from_row(column).from_column(first), depth, columns, panel);
            });
}

void outer(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c, Scratch& scratch) {
  by_panels(size, Across{a.stride}, a.data, into, c, scratch,
            [&](int64_t column, int64_t first, int64_t depth, int64_t columns, float* panel) {
              pack(b.from_row(first).from_column(column), depth, columns, panel);
            });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(plain);
HWY_EXPORT(transposed);
HWY_EXPORT(outer);

void multiply(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c, Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(plain)(size, a, b, into, c, scratch);
}

void multiply_transposed(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c,
                         Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(transposed)(size, a, b, into, c, scratch);
}

void multiply_outer(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c,
                    Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(outer)(size, a, b, into, c, scratch);
}

}  // namespace ttt::cpu
#endif
