#include "pipeline/methods/adapt.h"

#include "kernels/torch.h"
#include "pipeline/methods/adapting_lanes.h"
#include "pipeline/methods/auxiliary_task.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/model/low_rank.h"

namespace ttt {
namespace {

/// What a step leaves for the records, [K] each. On a GPU it stays there until the episode ends, so that
/// nothing waits between milestones.
struct Step {
  at::Tensor begun;  // lanes still active
  at::Tensor taken;  // of these, the ones whose gradient was finite
  at::Tensor loss, norm;
};

void record(Records& records, const std::vector<Step>& steps) {
  for (size_t s = 0; s < steps.size(); ++s) {
    const at::Tensor begun = steps[s].begun.to(at::kCPU), taken = steps[s].taken.to(at::kCPU),
                     loss = recorded(steps[s].loss), norm = recorded(steps[s].norm);
    for (int64_t k = 0; k < records.samples; ++k) {
      if (!begun.const_data_ptr<bool>()[k]) continue;
      const int64_t at = k * records.steps + static_cast<int64_t>(s);
      records.aux_loss[at] = loss.const_data_ptr<float>()[k];
      if (taken.const_data_ptr<bool>()[k]) {
        records.update_norm[at] = norm.const_data_ptr<float>()[k];
        ++records.steps_taken[k];
      } else {
        records.status[k] = Status::diverged;
      }
    }
  }
}

/// Predicts on the plain images. A lane whose prediction is not finite has diverged. -> lanes still active.
at::Tensor predict(Records& records, int milestone, const SourceNetwork& source, const Weights& weights,
                   const Samples& samples, const at::Tensor& active) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = recorded(logits(source.architecture, with_products(weights),
                                       plain_tensor(source.architecture, samples.image), Part::main));
  const at::Tensor finite = active.to(at::kCPU, active.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
  for (size_t k = 0; k < samples.id.size(); ++k) {
    const auto lane = static_cast<int64_t>(k);
    bool& still = finite.mutable_data_ptr<bool>()[k];
    if (!still) continue;
    record_prediction(records, lane, milestone, row(z, lane), samples.label[k]);
    still = records.predicted[lane * records.milestones + milestone] >= 0;
    if (!still) records.status[k] = Status::diverged;
  }
  return finite.to(active.device());
}

at::Tensor all_active(const Architecture& architecture, int64_t lanes) {
  return at::ones({lanes}, at::kBool).to(device_of(architecture));
}

Records episodes(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples, uint64_t seed,
                 bool keep_logits) {
  const auto count = static_cast<int64_t>(samples.id.size());
  const std::vector<int> marks = milestones(o);
  Records records = empty_records(count, static_cast<int>(marks.size()), o.steps,
                                  keep_logits ? source.architecture.classes : 0);
  records.sample = samples.id;

  AdaptingLanes lanes = reset(o, source, samples.id, seed);
  const LaneImages images = lane_images(source.architecture, samples);
  std::vector<Step> steps;
  at::Tensor active = all_active(source.architecture, count);
  for (int step = 0, mark = 0;; ++step) {
    if (mark < records.milestones && marks[mark] == step)
      active = predict(records, mark++, source, lanes.weights, samples, active);
    if (step == o.steps || mark == records.milestones) break;

    const Differentiable pass = differentiable(lanes);
    const at::Tensor loss = auxiliary_loss(o, source.architecture, pass.weights, images, seed, step);
    // Lanes share nothing, so the gradient of the sum is each lane's own.
    const auto gradients = torch::autograd::grad({loss.sum()}, pass.leaves);
    const StepTaken stepped = take_step(o, lanes, loss.detach(), gradients, active);
    steps.push_back({active, stepped.taken, loss.detach(), stepped.norm});
    active = stepped.taken;
  }
  record(records, steps);
  return records;
}

}  // namespace

Records evaluate(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples, uint64_t seed,
                 bool keep_logits) {
  if (o.skip_above >= 1) return episodes(o, source, samples, seed, keep_logits);

  const auto count = static_cast<int64_t>(samples.id.size());
  const std::vector<double> sure = upright_confidence(source.architecture, source.lanes(count), samples);
  std::vector<size_t> adapting, skipping;
  for (size_t k = 0; k < sure.size(); ++k) (sure[k] > o.skip_above ? skipping : adapting).push_back(k);

  const std::vector<int> marks = milestones(o);
  Records records = empty_records(count, static_cast<int>(marks.size()), o.steps,
                                  keep_logits ? source.architecture.classes : 0);
  const auto place = [&](const std::vector<size_t>& lanes, const Records& rows) {
    for (size_t i = 0; i < lanes.size(); ++i)
      copy_row(records, static_cast<int64_t>(lanes[i]), rows, static_cast<int64_t>(i));
  };
  if (!adapting.empty()) place(adapting, episodes(o, source, pick(samples, adapting), seed, keep_logits));
  if (!skipping.empty()) {
    const Samples skipped = pick(samples, skipping);
    const auto rows = static_cast<int64_t>(skipping.size());
    Records source_rows = empty_records(rows, records.milestones, o.steps, records.classes);
    source_rows.sample = skipped.id;
    source_rows.status.assign(skipping.size(), Status::skipped);
    const at::Tensor active = all_active(source.architecture, rows);
    for (int m = 0; m < records.milestones; ++m)
      predict(source_rows, m, source, source.lanes(rows), skipped, active);
    place(skipping, source_rows);
  }
  return records;
}

}  // namespace ttt
