#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/isa.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {
Isa compiled_for() {
#if HWY_TARGET == HWY_AVX2
  return Isa::avx2;
#elif HWY_ARCH_X86 && HWY_TARGET < HWY_AVX2  // Highway numbers better targets lower
  return Isa::avx512;
#else
  return Isa::baseline;
#endif
}

int widest_vector() { return kSimd<Widest>; }
}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>

#include "schemas/error.h"

namespace ttt::cpu {
namespace {
HWY_EXPORT(compiled_for);
HWY_EXPORT(widest_vector);

int64_t target_of(Isa isa) {
  switch (isa) {
    case Isa::avx512:
      return HWY_AVX3;
    case Isa::avx2:
      return HWY_AVX2;
    case Isa::baseline:
      break;
  }
  return HWY_STATIC_TARGET;
}
}  // namespace

std::string_view name(Isa isa) {
  switch (isa) {
    case Isa::avx512:
      return "avx512";
    case Isa::avx2:
      return "avx2";
    case Isa::baseline:
      break;
  }
  return "baseline";
}

std::vector<Isa> available_instruction_sets() {
  const int64_t supported = hwy::SupportedTargets() & (HWY_TARGETS);
  std::vector<Isa> available = {Isa::baseline};
  for (const Isa isa : {Isa::avx2, Isa::avx512})
    if (supported & target_of(isa)) available.push_back(isa);
  return available;
}

Isa instruction_set() { return HWY_DYNAMIC_DISPATCH(compiled_for)(); }

void pin_instruction_set(Isa isa) {
  const std::vector<Isa> available = available_instruction_sets();
  require(std::ranges::find(available, isa) != available.end(),
          "instruction set {} is not available on this machine (best: {}); leave run.isa out or pin that",
          name(isa), name(available.back()));
  hwy::GetChosenTarget().Update(target_of(isa));
}

int vector_floats(int channels) {
  const int widest = HWY_DYNAMIC_DISPATCH(widest_vector)();
  return channels % widest == 0 ? widest : widest / 2;
}

}  // namespace ttt::cpu
#endif
