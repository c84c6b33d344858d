#pragma once

namespace ttt::cpu {

/// Multiply-adds of this core in GFLOP/s, with the instruction set in use: the best of many short runs.
double fma_peak();

}  // namespace ttt::cpu
