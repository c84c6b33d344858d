#include "pipeline/memory/classifier.h"

#include "pipeline/scores/prediction.h"
#include "pipeline/scores/source_results.h"

namespace ttt {

std::span<const float> features_of(const Records& records, int64_t row) {
  const size_t width = static_cast<size_t>(records.feature_count);
  return {records.features.data() + static_cast<size_t>(row) * width, width};
}

bool has_source_row(const Records& records, int64_t row) {
  return finite(features_of(records, row)) && finite(source_logits(records, row));
}

}  // namespace ttt
