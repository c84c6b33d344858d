#include "pipeline/analysis/calibration.h"

namespace ttt {

std::vector<ReliabilityBin> reliability_of(const Column& column, const Slice& slice) {
  std::vector<double> confidence;
  std::vector<uint8_t> correct;
  for (const int model : slice.models)
    for (const int64_t row : slice.rows) {
      if (!usable(column, model, row)) continue;
      confidence.push_back(value(column, &Records::confidence, model, row));
      correct.push_back(right(column, model, row) ? 1 : 0);
    }
  return reliability(confidence, correct, reliability_bins);
}

}  // namespace ttt
