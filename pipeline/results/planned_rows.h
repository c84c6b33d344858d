#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/results/faults.h"
#include "pipeline/results/units.h"

namespace ttt {

/// The rows that every method has: all samples that any unit holds, in ascending order.
class PlannedRows {
 public:
  explicit PlannedRows(const std::vector<RunUnit>& units);

  const std::vector<int64_t>& samples() const { return samples_; }
  int64_t size() const { return static_cast<int64_t>(samples_.size()); }

  /// The rows of these samples, in their order.
  std::vector<int64_t> of(const SampleIds& samples) const;

 private:
  std::vector<int64_t> samples_;
};

/// Every (method, model) must have every sample, and once: two units that share one are as bad as a copied
/// file.
void check_units(const std::vector<RunUnit>& units, const PlannedRows& rows, Faults& faults);

}  // namespace ttt
