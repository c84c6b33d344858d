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

/// Writes vectors of one slice of one image.
template <class D>
struct Store {
  float* y;
  TTT_INLINED void put(Place at, Vec<D> v) { hn::StoreU(v, D(), y + at.y); }
  TTT_INLINED void close() {}
};

/// Adds what lies at the same place of another tensor first: the shortcut of a residual block.
template <class D>
struct AddStore {
  float* y;
  const float* add;
  TTT_INLINED void put(Place at, Vec<D> v) {
    hn::StoreU(hn::Add(v, hn::LoadU(D(), add + at.beside)), D(), y + at.y);
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
  GateStore(D d, float* dz_slice, const float* x_slice, const NormTerms& terms, const NormSums& sums,
            int slice)
      : dz(dz_slice),
        x(x_slice),
        sum_to(sums.dz + slice * kSimd<D>),
        sum_xhat_to(sums.dz_xhat + slice * kSimd<D>),
        scale(hn::Load(d, terms.scale + slice * kSimd<D>)),
        shift(hn::Load(d, terms.shift + slice * kSimd<D>)),
        inverse(hn::Load(d, terms.inverse + slice * kSimd<D>)),
        offset_xhat(hn::Load(d, terms.offset + slice * kSimd<D>)),
        sum(hn::Load(d, sum_to)),
        sum_xhat(hn::Load(d, sum_xhat_to)) {}
  TTT_INLINED void put(Place at, Vec<D> v) {
    const auto in = hn::LoadU(D(), x + at.beside);
    const auto open = hn::Gt(hn::MulAdd(in, scale, shift), hn::Zero(D()));
    const auto passed = hn::IfThenElseZero(open, v);
    hn::StoreU(passed, D(), dz + at.y);
    sum = hn::Add(sum, passed);
    sum_xhat = hn::MulAdd(passed, hn::MulAdd(in, inverse, offset_xhat), sum_xhat);
  }
  TTT_INLINED void close() {
    hn::Store(sum, D(), sum_to);
    hn::Store(sum_xhat, D(), sum_xhat_to);
  }
};

/// Calls f(open) with a function open(image, slice) that makes the writer of a forward pass.
template <class D, class F>
HWY_INLINE void with_forward_writer(D, const Output& output, F&& f) {
  if (output.add) {
    f([&](int64_t i, int slice) TTT_INLINED {
      return AddStore<D>{output.at(i, slice), output.add + i * output.image_floats() + slice * kSimd<D>};
    });
  } else {
    f([&](int64_t i, int slice) TTT_INLINED { return Store<D>{output.at(i, slice)}; });
  }
}

/// Likewise, of an input gradient.
template <class D, class F>
HWY_INLINE void with_gradient_writer(D d, const Output& output, F&& f) {
  const Gate& gate = *output.gate;
  f([&](int64_t i, int slice) TTT_INLINED {
    return GateStore<D>(d, output.at(i, slice), gate.x + i * output.image_floats() + slice * kSimd<D>,
                        gate.terms[i], gate.sums[i], slice);
  });
}

/// Likewise, of whatever pass `output` is of.
template <class D, class F>
HWY_INLINE void with_writer(D d, const Output& output, F&& f) {
  if (output.gate)
    with_gradient_writer(d, output, f);
  else
    with_forward_writer(d, output, f);
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
