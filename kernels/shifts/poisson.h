#pragma once
#include <cstdint>

#include "kernels/draw.h"

namespace ttt {

/// The Poisson number of that rate (up to about 10^6) that a uniform u in [0, 1) selects. Exact inversion
/// with the outcomes taken in the order mode, mode - 1, mode + 1, mode - 2, ...: one uniform, about
/// sqrt(rate) steps.
int poisson(double rate, double u);

/// The same from 53 bits of draws 2 i and 2 i + 1.
int poisson(double rate, const Draw& draw, uint32_t i);

}  // namespace ttt
