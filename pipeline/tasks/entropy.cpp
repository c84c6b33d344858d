#include "pipeline/models/operations.h"
#include "pipeline/tasks/task.h"

namespace ttt {

extern const Task entropy_task;
constinit const Task entropy_task = {
    .name = "entropy",
    .summary = "entropy of the mean prediction over views (MEMO)",
    .source = "Zhang et al., NeurIPS 2022",
    .options = options_of<NoOptions>,
    .needs = "the class head alone",
    .head = Part::main,
    .loss = [](const Options&, const TaskPass& pass) { return operations::mean_entropy(pass.logits); }};

}  // namespace ttt
