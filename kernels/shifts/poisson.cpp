#include "kernels/shifts/poisson.h"

#include <cassert>
#include <cmath>

namespace ttt {
namespace {

constexpr double two_pi = 6.283185307179586;

/// log(k!) - (k log k - k + log(2 pi k) / 2), k >= 10: Stirling's series, error below 1e-10.
double stirling_remainder(double k) {
  const double square = k * k;
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / k;
}

/// P(k): a product for small k; else Loader's form, free of the large terms that cancel.
double probability(int k, double rate) {
  if (k >= 10)
    return std::exp(k * std::log(rate / k) + (k - rate) - stirling_remainder(k)) / std::sqrt(two_pi * k);
  double mass = std::exp(-rate);
  for (int i = 1; i <= k; ++i) mass *= rate / i;
  return mass;
}

}  // namespace

int poisson(double rate, double u) {
  assert(rate >= 0 && u >= 0 && u < 1);
  constexpr double negligible = 1e-18;  // against u's own resolution of 1e-16
  const int mode = static_cast<int>(rate);
  double below = probability(mode, rate), above = below;
  u -= below;
  for (int distance = 1; u >= 0 && (above > negligible || below > negligible); ++distance) {
    below *= (mode - distance + 1) / rate;  // becomes 0 below zero events
    u -= below;
    if (u < 0) return mode - distance;
    above *= rate / (mode + distance);
    u -= above;
    if (u < 0) return mode + distance;
  }
  return mode;
}

int poisson(double rate, const Draw& draw, uint32_t i) {
  const uint64_t word = (static_cast<uint64_t>(draw.bits(2 * i)) << 32) | draw.bits(2 * i + 1);
  return poisson(rate, static_cast<double>(word >> 11) * 0x1p-53);
}

}  // namespace ttt
