#include "kernels/lanes/patches.h"
#include "kernels/lanes/predictions.h"
#include "kernels/torch.h"
#include "pipeline/models/operations.h"
#include "pipeline/tasks/task.h"
#include "pipeline/tasks/view_entropy.h"

namespace ttt {

/// task = "deyo".
struct DeyoOptions {
  double margin = 0.5;   // views of a higher entropy than this share of ln C are left out
  double fall = 0.2;     // so are views whose class loses no more probability when their patches are shuffled
  int patches = 4;       // a side
  bool weighted = true;  // e^(0.4 ln C - H) + e^fall of the view
  bool operator==(const DeyoOptions&) const = default;
};
Fields fields(DeyoOptions& o) {
  return {{"margin", &o.margin, {0, 1e6, Ends::last}},
          {"fall", &o.fall, {-1, 1}},
          {"patches", &o.patches, {1, 16}},
          {"weighted", &o.weighted}};
}
void validate(const DeyoOptions&) {}

namespace {

constexpr double weight_margin = 0.4;  // of the published code, beside the margin of its filter

/// By how much the probability of each view's class falls when the patches of the view are shuffled [K, V].
at::Tensor fall_of(const DeyoOptions& o, const TaskPass& pass, const at::Tensor& z) {
  const StepBatch& batch = pass.batch;
  const at::Tensor classes = lanes::predicted_classes(z);
  const at::Tensor shuffled =
      lanes::shuffled_patches(batch.views, o.patches, batch.subject, batch.seed, batch.step);
  return lanes::probability_of(z, classes) - lanes::probability_of(pass.predict(shuffled), classes);
}

at::Tensor loss(const Options& options, const TaskPass& pass) {
  const auto& o = options.get<DeyoOptions>();
  const at::Tensor z = pass.logits.detach();
  const at::Tensor entropy = lanes::entropies(z), fall = fall_of(o, pass, z);
  const at::Tensor kept = (entropy < entropy_margin(z, o.margin)) & (fall >= o.fall);
  const at::Tensor weight =
      o.weighted ? (entropy_margin(z, weight_margin) - entropy).exp() + fall.exp() : at::ones_like(entropy);
  return operations::weighted_entropy(pass.logits, mean_over_kept(kept, weight));
}

}  // namespace

extern const Task deyo_task;
constinit const Task deyo_task = {
    .name = "deyo",
    .summary = "Tent on views that are sure and whose class needs the order of their patches (DeYO)",
    .source = "Lee et al., ICLR 2024",
    .options = options_of<DeyoOptions>,
    .needs = "the class head alone",
    .head = Part::main,
    .loss = loss,
    .extra_forwards = [](const Options&) { return 1; }};

}  // namespace ttt
