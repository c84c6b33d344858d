#pragma once
#include <string>

#include "kernels/cuda/numbers.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cuda {

/// What a convolution of this precision multiplies; float32 stands for no rounding at all.
inline reference::Values rounded(reference::Values values, Precision precision) {
  for (double& x : values) {
    if (precision == Precision::tf32) x = Tf32::rounded(static_cast<float>(x));
    if (precision == Precision::bf16) x = float_of(bits_of(Bf16::packed(0, static_cast<float>(x))));
  }
  return values;
}

/// Half a unit in the last place of 1.
inline double roundoff(Precision precision) { return precision == Precision::tf32 ? 0x1p-11 : 0x1p-8; }

/// Names a test by the precision of the shape it is given.
inline const auto precision_and_index = [](const auto& info) {
  return std::string(name(info.param.precision)) + "_" + std::to_string(info.index);
};

}  // namespace ttt::cuda
