#include "pipeline/methods/vote.h"

#include "kernels/torch.h"
#include "pipeline/methods/cost.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/methods/tally.h"

namespace ttt {
namespace {

/// Records sample k's predictions after marks[m] of its votes, of logits z [K, V, C]; false when one that is
/// not finite ended the count.
bool count_votes(const VoteOptions& o, const std::vector<int>& marks, const at::Tensor& z, int64_t k,
                 int64_t label, Records& records) {
  Tally tally(static_cast<int>(z.size(2)));
  for (int m = 0; m < records.milestones; ++m) {
    while (tally.cast() < marks[m]) {
      const std::span<const float> next = row(z, k, tally.cast());
      if (!finite(next)) return false;
      tally.add(next);
    }
    record_prediction(records, k, m, tally.mean_logits(), label);
    if (o.rule == VoteRule::mean) continue;
    const int64_t at = k * records.milestones + m;
    records.predicted[at] = static_cast<int16_t>(tally.majority());
    records.correct[at] = records.predicted[at] == label;
  }
  return true;
}

}  // namespace

Records evaluate(const VoteOptions& o, const SourceNetwork& source, const Samples& samples, uint64_t seed,
                 bool keep_logits) {
  const at::NoGradGuard no_grad;
  const auto count = static_cast<int64_t>(samples.id.size());
  const Architecture& architecture = source.architecture;
  const std::vector<int> marks = vote_milestones(o);
  Records records =
      empty_records(count, static_cast<int>(marks.size()), 0, keep_logits ? architecture.classes : 0);
  records.sample = samples.id;

  std::vector<std::vector<View>> views;
  for (const int64_t id : samples.id)
    views.push_back(distinct_views(o.view, seed, static_cast<uint64_t>(id), o.views));
  const at::Tensor z =
      recorded(logits(architecture, source.lanes(count),
                      view_tensor(architecture, samples.image, views, o.view.pad), Part::main));

  for (int64_t k = 0; k < count; ++k)
    if (!count_votes(o, marks, z, k, samples.label[k], records)) records.status[k] = Status::diverged;
  return records;
}

}  // namespace ttt
