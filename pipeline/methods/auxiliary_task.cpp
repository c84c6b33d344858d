#include "pipeline/methods/auxiliary_task.h"

#include "kernels/torch.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/model/operations.h"

namespace ttt {
namespace {

/// Which turn view v gets, and which the loss claims it got.
struct Turned {
  int turns, label;
};

Turned draw_turn(const AdaptOptions& o, uint64_t seed, int64_t sample, int step, int view) {
  const auto subject = static_cast<uint64_t>(sample);
  const auto s = static_cast<uint32_t>(step), v = static_cast<uint32_t>(view);
  const int turns =
      o.turns == Turns::balanced
          ? view % auxiliary_classes
          : static_cast<int>(Draw(seed, Purpose::turn, subject, s, v).below(0, auxiliary_classes));
  const int label =
      o.labels == AuxiliaryLabels::true_labels
          ? turns
          : static_cast<int>(Draw(seed, Purpose::random_label, subject, s, v).below(0, auxiliary_classes));
  return {turns, label};
}

}  // namespace

at::Tensor auxiliary_loss(const AdaptOptions& o, const Architecture& architecture, const Weights& weights,
                          const Samples& samples, uint64_t seed, int step) {
  const auto lanes = static_cast<int64_t>(samples.id.size());
  std::vector<std::vector<View>> views(lanes);
  const at::Tensor labels = at::empty({lanes, o.views_per_step}, at::kLong);
  for (int64_t k = 0; k < lanes; ++k)
    for (int v = 0; v < o.views_per_step; ++v) {
      View view = draw_view(o.views, seed, static_cast<uint64_t>(samples.id[k]), static_cast<uint32_t>(step),
                            static_cast<uint32_t>(v));
      const Turned turned = draw_turn(o, seed, samples.id[k], step, v);
      if (o.task == Task::rotation) view.turns = turned.turns;
      labels.mutable_data_ptr<int64_t>()[k * o.views_per_step + v] = turned.label;
      views[k].push_back(view);
    }
  const at::Tensor x = view_tensor(architecture, samples.adapt_on, views, o.views.pad);
  return o.task == Task::rotation
             ? operations::cross_entropy(logits(architecture, weights, x, Part::auxiliary), labels)
             : operations::mean_entropy(logits(architecture, weights, x, Part::main));
}

std::vector<double> upright_confidence(const Architecture& architecture, const Weights& weights,
                                       const Samples& samples) {
  const at::NoGradGuard no_grad;
  const at::Tensor z =
      recorded(logits(architecture, weights, plain_tensor(architecture, samples.adapt_on), Part::auxiliary));
  std::vector<double> confidence;
  for (int64_t k = 0; k < z.size(0); ++k) confidence.push_back(softmax(row(z, k))[0]);
  return confidence;
}

}  // namespace ttt
