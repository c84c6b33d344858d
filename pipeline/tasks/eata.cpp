#include "kernels/lanes/predictions.h"
#include "kernels/torch.h"
#include "pipeline/models/operations.h"
#include "pipeline/tasks/task.h"
#include "pipeline/tasks/view_entropy.h"

namespace ttt {

/// task = "eata".
struct EataOptions {
  double margin = 0.4;   // views of a higher entropy than this share of ln C are left out
  bool weighted = true;  // sure views weigh more: e^(margin ln C - H)
  bool operator==(const EataOptions&) const = default;
};
Fields fields(EataOptions& o) {
  return {{"margin", &o.margin, {0, 1e6, Ends::last}}, {"weighted", &o.weighted}};
}
void validate(const EataOptions&) {}

namespace {

at::Tensor loss(const Options& options, const TaskPass& pass) {
  const auto& o = options.get<EataOptions>();
  const at::Tensor entropy = lanes::entropies(pass.logits.detach());
  const double margin = entropy_margin(pass.logits, o.margin);
  const at::Tensor weight = o.weighted ? (margin - entropy).exp() : at::ones_like(entropy);
  return operations::weighted_entropy(pass.logits, mean_over_kept(entropy < margin, weight));
}

}  // namespace

extern const Task eata_task;
constinit const Task eata_task = {
    .name = "eata",
    .summary =
        "Tent on the sure views, the surest weighing most (EATA without its stream filter and penalty)",
    .source = "Niu et al., ICML 2022",
    .options = options_of<EataOptions>,
    .needs = "the class head alone",
    .head = Part::main,
    .loss = loss};

}  // namespace ttt
