#include "pipeline/methods/episode.h"

#include "kernels/lanes/directions.h"
#include "kernels/torch.h"
#include "pipeline/methods/kept_columns.h"

namespace ttt {
namespace {

/// Products of the step's gradient with that of the main loss, over the weights that both reach.
Alignment alignment(const std::vector<at::Tensor>& main, const std::vector<at::Tensor>& step) {
  std::vector<at::Tensor> ours, theirs;
  for (size_t i = 0; i < main.size(); ++i)
    if (main[i].defined()) {
      ours.push_back(main[i]);
      theirs.push_back(step[i]);
    }
  return {lanes::inner(ours, theirs), lanes::cosine(ours, theirs)};
}

}  // namespace

Episode::Episode(const AdaptOptions& o, const ImageNetwork& n, const Samples& samples, uint64_t seed)
    : o_(o),
      n_(n),
      seed_(seed),
      images_(lane_images(n, samples)),
      plain_(plain_tensor(n, samples.image)),
      label_(at::tensor(samples.label, at::kLong).unsqueeze(1).to(n.tensor_device())) {}

EpisodeTrace Episode::run(AdaptingLanes& lanes) const {
  const std::vector<int> marks = milestones(o_);
  EpisodeTrace trace;
  at::Tensor active = at::ones({plain_.size(0)}, at::kBool).to(n_.tensor_device());
  for (size_t step = 0, mark = 0;; ++step) {
    if (mark < marks.size() && marks[mark] == static_cast<int>(step)) {
      active = trace.add_prediction(active, main_logits(n_, lanes.weights, plain_), probe(lanes));
      ++mark;
    }
    if (static_cast<int>(step) == o_.steps || mark == marks.size()) return trace;
    active = take(static_cast<int>(step), lanes, active, trace);
  }
}

at::Tensor Episode::probe(const AdaptingLanes& lanes) const {
  return keeps(o_.keep, "probe_loss") ? probe_loss(o_, n_, lanes, images_) : at::Tensor();
}

/// -> lanes still active.
at::Tensor Episode::take(int step, AdaptingLanes& lanes, const at::Tensor& active,
                         EpisodeTrace& trace) const {
  std::vector<at::Tensor> main;
  if (keeps(o_.keep, "gradients")) main = main_gradients(n_, lanes, plain_, label_);
  const StepTaken taken = adaptation_step(o_, n_, lanes, images_, active, seed_, step);
  trace.add(active, taken, main.empty() ? Alignment() : alignment(main, taken.gradients));
  return taken.taken;
}

}  // namespace ttt
