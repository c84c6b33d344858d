#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/embedding.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/sequence/embedding.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

void summed(const Lookup& lookup, ConstMatrix table, Matrix x) {
  const Widest d;
  for (int64_t r = 0; r < lookup.rows; ++r) {
    const int32_t* indices = lookup.indices + r * lookup.per_row;
    for_vectors(d, lookup.width, [&](int64_t i, int64_t n) {
      auto sum = load_up_to(d, table.data + indices[0] * table.stride + i, n);
      for (int64_t k = 1; k < lookup.per_row; ++k)
        sum = hn::Add(sum, load_up_to(d, table.data + indices[k] * table.stride + i, n));
      store_up_to(d, sum, x.data + r * x.stride + i, n);
    });
  }
}

void scattered(const Lookup& lookup, ConstMatrix dx, Matrix dtable) {
  const Widest d;
  for (int64_t r = 0; r < lookup.rows; ++r)
    for (int64_t k = 0; k < lookup.per_row; ++k) {
      float* to = dtable.data + lookup.indices[r * lookup.per_row + k] * dtable.stride;
      for_vectors(d, lookup.width, [&](int64_t i, int64_t n) {
        store_up_to(d, hn::Add(load_up_to(d, to + i, n), load_up_to(d, dx.data + r * dx.stride + i, n)),
                    to + i, n);
      });
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(summed);
HWY_EXPORT(scattered);

void embed(const Lookup& lookup, ConstMatrix table, Matrix x) {
  HWY_DYNAMIC_DISPATCH(summed)(lookup, table, x);
}

void embed_backward(const Lookup& lookup, ConstMatrix dx, Matrix dtable) {
  HWY_DYNAMIC_DISPATCH(scattered)(lookup, dx, dtable);
}

}  // namespace ttt::cpu
#endif
