#include "pipeline/methods/episode_trace.h"

#include "kernels/torch.h"
#include "pipeline/methods/prediction.h"

namespace ttt {
namespace {

at::Tensor sent(const at::Tensor& x) {
  return x.detach().to(at::kCPU, x.scalar_type(), /*non_blocking=*/true);
}
at::Tensor sent_as_float(const at::Tensor& x) { return sent(x.detach().to(at::kFloat)); }

bool at_lane(const at::Tensor& flags, int64_t k) { return flags.const_data_ptr<bool>()[k]; }

}  // namespace

void EpisodeTrace::add(const at::Tensor& begun, const StepTaken& step) {
  steps_.push_back({sent(begun), sent(step.taken), sent_as_float(step.loss), sent_as_float(step.norm)});
  last_ = step.taken;
}

at::Tensor EpisodeTrace::add_prediction(const at::Tensor& begun, const at::Tensor& logits) {
  const at::Tensor z = logits.to(at::kFloat);
  predictions_.push_back({sent(begun), sent(z)});
  return last_ = begun & lanes::finite_lanes({z});
}

void EpisodeTrace::repeat_prediction(int milestones) {
  predictions_.resize(static_cast<size_t>(milestones), predictions_.back());
}

void EpisodeTrace::write(Records& records, const std::vector<int64_t>& label) const {
  last_.to(at::kCPU);  // a device's copies arrive in order, and this one is last
  for (size_t s = 0; s < steps_.size(); ++s)
    for (int64_t k = 0; k < records.samples; ++k) {
      const Step& step = steps_[s];
      if (!at_lane(step.begun, k)) continue;
      const int64_t at = k * records.steps + static_cast<int64_t>(s);
      records.aux_loss[at] = step.loss.const_data_ptr<float>()[k];
      if (at_lane(step.taken, k)) {
        records.update_norm[at] = step.norm.const_data_ptr<float>()[k];
        ++records.steps_taken[k];
      } else {
        records.status[k] = Status::diverged;
      }
    }
  for (size_t m = 0; m < predictions_.size(); ++m)
    for (int64_t k = 0; k < records.samples; ++k) {
      if (!at_lane(predictions_[m].begun, k)) continue;
      record_prediction(records, k, static_cast<int>(m), row(predictions_[m].logits, k),
                        label[static_cast<size_t>(k)]);
      if (records.predicted[k * records.milestones + static_cast<int64_t>(m)] < 0)
        records.status[k] = Status::diverged;
    }
}

}  // namespace ttt
