#pragma once
#include <vector>

#include "pipeline/methods/adaptation.h"
#include "schemas/records.h"

namespace ttt {

/// How the gradient of a step lies to that of the main loss; undefined where it is not kept.
struct Alignment {
  at::Tensor dot, cosine;  // [K]
};

/// What the steps and predictions of K lanes leave for the records. From a GPU the copies start at once and
/// are waited for when the episode ends: until then nothing holds it up.
class EpisodeTrace {
 public:
  /// Notes a step that the lanes `begun` [K] were to take, and how its gradient lies to that of the main
  /// loss.
  void add(const at::Tensor& begun, const StepTaken& step, const Alignment& alignment = {});

  /// Notes the prediction of the lanes `begun` [K] at the next milestone: logits [K, 1, classes] of the plain
  /// images, and the probe's loss [K] where that is kept. Lanes whose logits are not finite have diverged
  /// -> [K] lanes that go on.
  at::Tensor add_prediction(const at::Tensor& begun, const at::Tensor& logits, const at::Tensor& probe = {});

  /// Makes the latest prediction that of every milestone up to `milestones`.
  void repeat_prediction(int milestones);

  /// Waits for the copies, then writes row k of lane k.
  void write(Records& records, const std::vector<int64_t>& label) const;

 private:
  struct Step {
    at::Tensor begun;  // lanes still active
    at::Tensor taken;  // of these, the ones whose gradient was finite
    at::Tensor loss, norm;
    at::Tensor dot, cosine;
  };
  struct Prediction {
    at::Tensor begun;
    at::Tensor logits;
    at::Tensor probe;
  };

  void write_step(Records& records, int64_t step) const;
  void write_prediction(Records& records, int milestone, const std::vector<int64_t>& label) const;

  std::vector<Step> steps_;
  std::vector<Prediction> predictions_;
  at::Tensor last_;  // on the device: what was sent last
};

}  // namespace ttt
