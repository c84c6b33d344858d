#pragma once
#include <vector>

#include "pipeline/methods/adaptation.h"
#include "schemas/records.h"

namespace ttt {

/// What the steps and predictions of K lanes leave for the records. From a GPU the copies start at once and
/// are waited for when the episode ends: until then nothing holds it up.
class EpisodeTrace {
 public:
  /// Notes a step that the lanes `begun` [K] were to take.
  void add(const at::Tensor& begun, const StepTaken& step);

  /// Notes the prediction of the lanes `begun` [K] at the next milestone: logits [K, 1, classes] of the plain
  /// images. Lanes whose logits are not finite have diverged -> [K] lanes that go on.
  at::Tensor add_prediction(const at::Tensor& begun, const at::Tensor& logits);

  /// Makes the latest prediction that of every milestone up to `milestones`.
  void repeat_prediction(int milestones);

  /// Waits for the copies, then writes row k of lane k.
  void write(Records& records, const std::vector<int64_t>& label) const;

 private:
  struct Step {
    at::Tensor begun;  // lanes still active
    at::Tensor taken;  // of these, the ones whose gradient was finite
    at::Tensor loss, norm;
  };
  struct Prediction {
    at::Tensor begun;
    at::Tensor logits;
  };

  std::vector<Step> steps_;
  std::vector<Prediction> predictions_;
  at::Tensor last_;  // on the device: what was sent last
};

}  // namespace ttt
