#include "pipeline/methods/vote.h"

#include <algorithm>
#include <cmath>

#include "kernels/torch.h"
#include "pipeline/methods/cost.h"
#include "pipeline/methods/prediction.h"

namespace ttt {
namespace {

/// Votes counted so far for one sample.
struct Tally {
  std::vector<double> probability;  // [C] sum over votes
  std::vector<int> votes;           // [C]
  int cast = 0;

  void add(std::span<const float> logits) {
    const std::vector<double> p = softmax(logits);
    for (size_t c = 0; c < p.size(); ++c) probability[c] += p[c];
    ++votes[std::ranges::max_element(p) - p.begin()];
    ++cast;
  }
  std::vector<float> mean_logits() const {
    std::vector<float> z;
    for (const double p : probability) z.push_back(static_cast<float>(std::log(std::max(p / cast, 1e-38))));
    return z;
  }
  int majority() const {
    int best = 0;
    for (int c = 1; c < static_cast<int>(votes.size()); ++c)
      if (std::pair(votes[c], probability[c]) > std::pair(votes[best], probability[best])) best = c;
    return best;
  }
};

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
  const at::Tensor z = logits(architecture, source.lanes(count),
                              view_tensor(architecture, samples.image, views, o.view.pad), Part::main);

  for (int64_t k = 0; k < count; ++k) {
    Tally tally{std::vector<double>(architecture.classes), std::vector<int>(architecture.classes)};
    for (int m = 0; m < records.milestones; ++m) {
      while (tally.cast < marks[m]) tally.add(row(z, k, tally.cast));
      record_prediction(records, k, m, tally.mean_logits(), samples.label[k]);
      if (o.rule == VoteRule::mean) continue;
      const int64_t at = k * records.milestones + m;
      records.predicted[at] = static_cast<int16_t>(tally.majority());
      records.correct[at] = records.predicted[at] == samples.label[k];
    }
  }
  return records;
}

}  // namespace ttt
