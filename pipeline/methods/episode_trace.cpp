#include "pipeline/methods/episode_trace.h"

#include "kernels/torch.h"
#include "pipeline/scores/prediction.h"

namespace ttt {
namespace {

at::Tensor sent(const at::Tensor& x) {
  return x.detach().to(at::kCPU, x.scalar_type(), /*non_blocking=*/true);
}
at::Tensor sent_as_float(const at::Tensor& x) { return x.defined() ? sent(x.detach().to(at::kFloat)) : x; }

bool flag(const at::Tensor& flags, int64_t k) { return flags.const_data_ptr<bool>()[k]; }
float number(const at::Tensor& values, int64_t k) { return values.const_data_ptr<float>()[k]; }

}  // namespace

void EpisodeTrace::add(const at::Tensor& begun, const StepTaken& step, const Alignment& alignment) {
  steps_.push_back({sent(begun), sent(step.taken), sent_as_float(step.loss), sent_as_float(step.norm),
                    sent_as_float(alignment.dot), sent_as_float(alignment.cosine)});
  last_ = step.taken;
}

at::Tensor EpisodeTrace::add_prediction(const at::Tensor& begun, const at::Tensor& logits,
                                        const at::Tensor& probe) {
  const at::Tensor z = logits.to(at::kFloat);
  predictions_.push_back({sent(begun), sent(z), sent_as_float(probe)});
  return last_ = begun & lanes::finite_lanes({z});
}

void EpisodeTrace::repeat_prediction(int milestones) {
  predictions_.resize(static_cast<size_t>(milestones), predictions_.back());
}

void EpisodeTrace::write(Records& records, const std::vector<int64_t>& label) const {
  last_.to(at::kCPU);  // a device's copies arrive in order, and this one is last
  for (size_t s = 0; s < steps_.size(); ++s) write_step(records, static_cast<int64_t>(s));
  for (size_t m = 0; m < predictions_.size(); ++m) write_prediction(records, static_cast<int>(m), label);
}

void EpisodeTrace::write_step(Records& records, int64_t step) const {
  const Step& s = steps_[static_cast<size_t>(step)];
  for (int64_t k = 0; k < records.samples; ++k) {
    if (!flag(s.begun, k)) continue;
    const int64_t at = k * records.steps + step;
    records.aux_loss[at] = number(s.loss, k);
    if (s.dot.defined()) {
      records.grad_dot[at] = number(s.dot, k);
      records.grad_cos[at] = number(s.cosine, k);
    }
    if (flag(s.taken, k)) {
      records.update_norm[at] = number(s.norm, k);
      ++records.steps_taken[k];
    } else {
      records.status[k] = Status::diverged;
    }
  }
}

void EpisodeTrace::write_prediction(Records& records, int milestone,
                                    const std::vector<int64_t>& label) const {
  const Prediction& p = predictions_[static_cast<size_t>(milestone)];
  for (int64_t k = 0; k < records.samples; ++k) {
    if (!flag(p.begun, k)) continue;
    const int64_t at = k * records.milestones + milestone;
    record_prediction(records, k, milestone, row(p.logits, k), label[static_cast<size_t>(k)]);
    if (records.predicted[at] < 0) records.status[k] = Status::diverged;
    if (p.probe.defined()) records.probe_loss[at] = number(p.probe, k);
  }
}

}  // namespace ttt
