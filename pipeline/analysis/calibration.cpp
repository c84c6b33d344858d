#include "pipeline/analysis/calibration.h"

namespace ttt {

std::vector<ReliabilityBin> reliability_of(const Column& column, const Slice& slice) {
  ReliabilityCount count(reliability_bins);
  for (const int model : slice.models)
    for (const int64_t row : slice.rows)
      if (usable(column, model, row))
        count.add(value(column, &Records::confidence, model, row), right(column, model, row));
  return count.bins();
}

}  // namespace ttt
