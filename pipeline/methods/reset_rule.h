#pragma once
#include <limits>

#include "pipeline/methods/adapt_options.h"
#include "schemas/records.h"

namespace ttt {

/// When the source weights come back in a stream: AdaptOptions::reset.
class ResetRule {
 public:
  explicit ResetRule(const AdaptOptions& options) : o_(options) {}

  /// Before each sample but the first.
  bool is_due() const;
  void restart();

  /// Takes the last prediction of the sample that was just adapted on, a row of records; one that is not
  /// there says nothing of how sure predictions are.
  void note(const Records& row);

 private:
  const AdaptOptions& o_;
  int since_ = 0;                                              // samples since the last reset
  double entropy_ = std::numeric_limits<double>::quiet_NaN();  // moving mean; NaN: none yet
};

}  // namespace ttt
