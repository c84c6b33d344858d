#pragma once
#include <vector>

#include "kernels/draw.h"

namespace ttt {

/// Plasma fractal [side, side] in [0, 1] by diamond-square on a torus; side a power of two (Fournier et al.,
/// CACM 1982). Each midpoint is the mean of its four neighbours + U(-1, 1) * amplitude, which shrinks by
/// decay^2 from one halving to the next: the square because the authors of CIFAR-10-C scale their jitter
/// twice. Cell i takes uniform i.
std::vector<double> plasma(int side, double decay, const Draw& draw);

}  // namespace ttt
