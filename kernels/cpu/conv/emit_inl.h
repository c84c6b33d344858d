// What becomes of a convolution's results on their way to memory. Included once per instruction set.
#if defined(TTT_KERNELS_CPU_CONV_EMIT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_CONV_EMIT_INL_H
#undef TTT_KERNELS_CPU_CONV_EMIT_INL_H
#else
#define TTT_KERNELS_CPU_CONV_EMIT_INL_H
#endif

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Writes vectors of one slice of one image. put() is given the offset of a vector within the image.
template <class D>
struct Store {
  float* y;
  Store(D, float* image, int slice) : y(image + slice * kSimd<D>) {}
  TTT_INLINED void put(int64_t offset, Vec<D> v) { hn::StoreU(v, D(), y + offset); }
  TTT_INLINED void close() {}
};

/// Adds what lies at the same place of another tensor first: the shortcut of a residual block.
template <class D>
struct AddStore {
  float* y;
  const float* add;
  AddStore(D, float* image, const float* add_image, int slice)
      : y(image + slice * kSimd<D>), add(add_image + slice * kSimd<D>) {}
  TTT_INLINED void put(int64_t offset, Vec<D> v) {
    hn::StoreU(hn::Add(v, hn::LoadU(D(), add + offset)), D(), y + offset);
  }
  TTT_INLINED void close() {}
};

/// Lets a gradient through where the ReLU was open and sums it for the norm (norm.h).
template <class D>
struct GateStore {
  float* dz;
  const float* x;
  float *sum_to, *sum_xhat_to;
  Vec<D> scale, shift, inverse, offset_xhat, sum, sum_xhat;
  GateStore(D d, float* image, const float* x_image, const NormTerms& terms, const NormSums& sums, int slice)
      : dz(image + slice * kSimd<D>),
        x(x_image + slice * kSimd<D>),
        sum_to(sums.dz + slice * kSimd<D>),
        sum_xhat_to(sums.dz_xhat + slice * kSimd<D>),
        scale(hn::Load(d, terms.scale + slice * kSimd<D>)),
        shift(hn::Load(d, terms.shift + slice * kSimd<D>)),
        inverse(hn::Load(d, terms.inverse + slice * kSimd<D>)),
        offset_xhat(hn::Load(d, terms.offset + slice * kSimd<D>)),
        sum(hn::Load(d, sum_to)),
        sum_xhat(hn::Load(d, sum_xhat_to)) {}
  TTT_INLINED void put(int64_t offset, Vec<D> v) {
    const auto in = hn::LoadU(D(), x + offset);
    const auto open = hn::Gt(hn::MulAdd(in, scale, shift), hn::Zero(D()));
    const auto passed = hn::IfThenElseZero(open, v);
    hn::StoreU(passed, D(), dz + offset);
    sum = hn::Add(sum, passed);
    sum_xhat = hn::MulAdd(passed, hn::MulAdd(in, inverse, offset_xhat), sum_xhat);
  }
  TTT_INLINED void close() {
    hn::Store(sum, D(), sum_to);
    hn::Store(sum_xhat, D(), sum_xhat_to);
  }
};

/// Calls f(open) with a function open(image, slice) that makes the writer `output` asks for.
template <class D, class F>
HWY_INLINE void with_writer(D d, const Output& output, F&& f) {
  const auto at = [&](auto* tensor, int64_t image) { return tensor + image * output.image_floats; };
  if (output.gate) {
    const Gate& gate = *output.gate;
    f([&](int64_t i, int slice) TTT_INLINED {
      return GateStore<D>(d, at(output.y, i), at(gate.x, i), gate.terms[i], gate.sums[i], slice);
    });
  } else if (output.add) {
    f([&](int64_t i, int slice)
          TTT_INLINED { return AddStore<D>(d, at(output.y, i), at(output.add, i), slice); });
  } else {
    f([&](int64_t i, int slice) TTT_INLINED { return Store<D>(d, at(output.y, i), slice); });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
