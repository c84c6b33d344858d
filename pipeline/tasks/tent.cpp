#include "kernels/torch.h"
#include "pipeline/models/operations.h"
#include "pipeline/tasks/task.h"

namespace ttt {

extern const Task tent_task;
constinit const Task tent_task = {
    .name = "tent",
    .summary = "mean entropy of the predictions of the views, each for itself (Tent)",
    .source = "Wang et al., ICLR 2021; views take the place of the batch",
    .options = options_of<NoOptions>,
    .needs = "the class head alone",
    .head = Part::main,
    .loss = [](const Options&, const TaskPass& pass) {
      const at::Tensor& z = pass.logits;
      return operations::weighted_entropy(z, at::ones({z.size(0), z.size(1)}, z.options()));
    }};

}  // namespace ttt
