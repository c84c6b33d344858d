#include "pipeline/votes/verdict.h"

#include <algorithm>
#include <cassert>

#include "pipeline/scores/prediction.h"

namespace ttt {

Verdict by_mean(const Tally& tally, int cast) {
  std::vector<float> logits = tally.mean_logits();
  const int best = static_cast<int>(std::ranges::max_element(logits) - logits.begin());
  return {best, std::move(logits), cast};
}

Verdict by_majority(const Tally& tally, int cast) { return {tally.majority(), tally.mean_logits(), cast}; }

void record_verdict(Records& records, int64_t row, int m, const Verdict& verdict, int64_t label) {
  assert(finite(verdict.logits));
  record_prediction(records, row, m, verdict.logits, label);
  const int64_t at = row * records.milestones + m;
  records.predicted[at] = static_cast<int16_t>(verdict.predicted);
  records.correct[at] = verdict.predicted == label;
}

}  // namespace ttt
