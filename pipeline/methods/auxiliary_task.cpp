#include "pipeline/methods/auxiliary_task.h"

#include "kernels/lanes/views.h"
#include "kernels/torch.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/model/operations.h"

namespace ttt {

AuxiliaryBatch auxiliary_batch(const AdaptOptions& o, const Architecture& architecture,
                               const LaneImages& images, uint64_t seed, int step) {
  const StepViews draws{.options = o.views,
                        .seed = seed,
                        .step = step,
                        .turned = o.task == Task::rotation,
                        .balanced = o.turns == Turns::balanced,
                        .random_labels = o.labels != AuxiliaryLabels::true_labels};
  const auto [views, turns] =
      lanes::draw_views(images.bytes, images.subject, o.views_per_step, draws, pixel_scale(architecture));
  return {placed(architecture, views), turns};
}

at::Tensor task_loss(Task task, const at::Tensor& logits, const at::Tensor& turns) {
  return task == Task::rotation ? operations::cross_entropy(logits, turns) : operations::mean_entropy(logits);
}

at::Tensor auxiliary_loss(const AdaptOptions& o, const Architecture& architecture, const Weights& weights,
                          const LaneImages& images, uint64_t seed, int step) {
  const AuxiliaryBatch batch = auxiliary_batch(o, architecture, images, seed, step);
  return task_loss(o.task, logits(architecture, weights, batch.views, trained_head(o.task)), batch.turns);
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
