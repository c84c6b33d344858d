#include "kernels/lanes/predictions.h"
#include "kernels/torch.h"
#include "pipeline/models/operations.h"
#include "pipeline/tasks/task.h"
#include "pipeline/tasks/view_entropy.h"

namespace ttt {

/// task = "sar".
struct SarOptions {
  double margin = 0.4;  // views of a higher entropy than this share of ln C are left out
  bool operator==(const SarOptions&) const = default;
};
Fields fields(SarOptions& o) { return {{"margin", &o.margin, {0, 1e6, Ends::last}}}; }
void validate(const SarOptions&) {}

namespace {

/// Called twice a step: the second pass, at the weights that SAM has moved to, filters its own entropies.
at::Tensor loss(const Options& options, const TaskPass& pass) {
  const at::Tensor entropy = lanes::entropies(pass.logits.detach());
  const at::Tensor kept = entropy < entropy_margin(pass.logits, options.get<SarOptions>().margin);
  return operations::weighted_entropy(pass.logits, mean_over_kept(kept, at::ones_like(entropy)));
}

}  // namespace

extern const Task sar_task;
constinit const Task sar_task = {
    .name = "sar",
    .summary = "Tent on the sure views under sharpness-aware steps (SAR; set sam_radius)",
    .source = "Niu et al., ICLR 2023",
    .options = options_of<SarOptions>,
    .needs = "the class head alone",
    .head = Part::main,
    .needs_sam = true,
    .loss = loss};

}  // namespace ttt
