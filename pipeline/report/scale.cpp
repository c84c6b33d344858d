#include "pipeline/report/scale.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <initializer_list>

namespace ttt {
namespace {

std::vector<double> linear_ticks(double low, double high, int most) {
  const double rough = (high - low) / std::max(1, most);
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * decade >= rough * (1 - 1e-9)) step = factor * decade;
  std::vector<double> ticks;
  const double slack = 1e-9 * step;
  for (double i = std::ceil((low - slack) / step); i * step <= high + slack; ++i)
    ticks.push_back(i * step + 0.0);  // no -0
  return ticks;
}

std::vector<double> decade_ticks(double low, double high, std::initializer_list<double> factors) {
  std::vector<double> ticks;
  for (double exponent = std::floor(std::log10(low)); exponent <= std::ceil(std::log10(high)); ++exponent)
    for (const double factor : factors) {
      const double tick = factor * std::pow(10.0, exponent);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
    }
  return ticks;
}

}  // namespace

Scale::Scale(double low, double high, double first_pixel, double last_pixel, bool logarithmic)
    : low_(low), high_(high), first_(first_pixel), last_(last_pixel), logarithmic_(logarithmic) {
  assert(low < high);
}

Scale Scale::linear(double low, double high, double first_pixel, double last_pixel) {
  return {low, high, first_pixel, last_pixel, false};
}

Scale Scale::logarithmic(double low, double high, double first_pixel, double last_pixel) {
  assert(low > 0);
  return {low, high, first_pixel, last_pixel, true};
}

double Scale::operator()(double value) const {
  const double share =
      logarithmic_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
  return first_ + share * (last_ - first_);
}

bool Scale::holds(double value) const {
  const double slack = 1e-9 * (high_ - low_);
  return value >= low_ - slack && value <= high_ + slack;
}

std::vector<double> Scale::ticks(int most) const {
  if (!logarithmic_) return linear_ticks(low_, high_, most);
  const auto fine = decade_ticks(low_, high_, {1, 2, 5});
  return static_cast<int>(fine.size()) <= most ? fine : decade_ticks(low_, high_, {1});
}

std::pair<double, double> widened(double low, double high, double share) {
  if (!(high > low)) return {low - 0.5, low + 0.5};
  return {low - share * (high - low), high + share * (high - low)};
}

}  // namespace ttt
