#include "pipeline/methods/reset_rule.h"

#include <cmath>

namespace ttt {

bool ResetRule::is_due() const {
  if (o_.reset == Reset::every) return since_ == o_.reset_every;
  return o_.reset == Reset::recovery && entropy_ < o_.reset_below;  // NaN is not below
}

void ResetRule::restart() {
  since_ = 0;
  entropy_ = std::numeric_limits<double>::quiet_NaN();
}

void ResetRule::note(const Records& row) {
  constexpr double memory = 0.9;
  ++since_;
  const auto entropy = static_cast<double>(row.entropy.back());
  if (std::isfinite(entropy))
    entropy_ = std::isnan(entropy_) ? entropy : memory * entropy_ + (1 - memory) * entropy;
}

}  // namespace ttt
