#pragma once
#include <ATen/core/Tensor.h>

#include "schemas/run_options.h"

namespace ttt::lanes {

/// x, seen as fp32, as tensor cores multiply it. TF32: to 10 bits behind the point of the significand, ties
/// away from zero (PTX ISA, cvt.rna.tf32.f32); bf16: to 7 bits, ties to even; other precisions: x itself.
/// What is not finite stays.
at::Tensor rounded(const at::Tensor& x, Precision precision);

}  // namespace ttt::lanes
