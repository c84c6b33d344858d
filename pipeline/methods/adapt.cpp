#include "pipeline/methods/adapt.h"

#include "kernels/torch.h"
#include "pipeline/methods/adapting_lanes.h"
#include "pipeline/methods/auxiliary_task.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/model/low_rank.h"

namespace ttt {
namespace {

// What steps and milestones leave for the records, [K, ...] each. From a GPU the copies set out at once and
// are waited for when the episode ends: until then nothing holds it up.

struct Step {
  at::Tensor begun;  // lanes still active
  at::Tensor taken;  // of these, the ones whose gradient was finite
  at::Tensor loss, norm;
};

struct Prediction {
  at::Tensor begun;
  at::Tensor logits;  // of the plain image, [K, 1, classes]
};

struct Trace {
  std::vector<Step> steps;
  std::vector<Prediction> predictions;
};

at::Tensor sent(const at::Tensor& x) {
  return x.detach().to(at::kCPU, x.scalar_type(), /*non_blocking=*/true);
}
at::Tensor sent_as_float(const at::Tensor& x) { return sent(x.detach().to(at::kFloat)); }

/// Returns once everything sent so far has arrived: a device's copies arrive in order, and this one is last.
void wait_for_sent(const at::Tensor& last) { last.to(at::kCPU); }

void record_step(Records& records, int64_t step, const Step& s) {
  for (int64_t k = 0; k < records.samples; ++k) {
    if (!s.begun.const_data_ptr<bool>()[k]) continue;
    const int64_t at = k * records.steps + step;
    records.aux_loss[at] = s.loss.const_data_ptr<float>()[k];
    if (s.taken.const_data_ptr<bool>()[k]) {
      records.update_norm[at] = s.norm.const_data_ptr<float>()[k];
      ++records.steps_taken[k];
    } else {
      records.status[k] = Status::diverged;
    }
  }
}

void record_milestone(Records& records, int milestone, const Prediction& p, const Samples& samples) {
  for (int64_t k = 0; k < records.samples; ++k) {
    if (!p.begun.const_data_ptr<bool>()[k]) continue;
    record_prediction(records, k, milestone, row(p.logits, k), samples.label[static_cast<size_t>(k)]);
    if (records.predicted[k * records.milestones + milestone] < 0) records.status[k] = Status::diverged;
  }
}

void record(Records& records, const Trace& trace, const Samples& samples) {
  for (size_t s = 0; s < trace.steps.size(); ++s)
    record_step(records, static_cast<int64_t>(s), trace.steps[s]);
  for (size_t m = 0; m < trace.predictions.size(); ++m)
    record_milestone(records, static_cast<int>(m), trace.predictions[m], samples);
}

/// Predicts on the plain images. A lane whose prediction is not finite has diverged. -> lanes still active.
at::Tensor predict(Trace& trace, const SourceNetwork& source, const Weights& weights, const at::Tensor& plain,
                   const at::Tensor& active) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = logits(source.architecture, with_products(weights), plain, Part::main).to(at::kFloat);
  trace.predictions.push_back({sent(active), sent(z)});
  return active & lanes::finite_lanes({z});
}

at::Tensor all_active(const Architecture& architecture, int64_t lanes) {
  return at::ones({lanes}, at::kBool).to(device_of(architecture));
}

Records empty_samples(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                      bool keep_logits) {
  Records records =
      empty_records(static_cast<int64_t>(samples.id.size()), static_cast<int>(milestones(o).size()), o.steps,
                    keep_logits ? source.architecture.classes : 0);
  records.sample = samples.id;
  return records;
}

Records episodes(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples, uint64_t seed,
                 bool keep_logits) {
  const std::vector<int> marks = milestones(o);
  Records records = empty_samples(o, source, samples, keep_logits);
  AdaptingLanes lanes = reset(o, source, samples.id, seed);
  const LaneImages images = lane_images(source.architecture, samples);
  const at::Tensor plain = plain_tensor(source.architecture, samples.image);
  Trace trace;
  at::Tensor active = all_active(source.architecture, records.samples);
  for (int step = 0, mark = 0;; ++step) {
    if (mark < records.milestones && marks[mark] == step) {
      active = predict(trace, source, lanes.weights, plain, active);
      ++mark;
    }
    if (step == o.steps || mark == records.milestones) break;

    const Differentiable pass = differentiable(lanes);
    const at::Tensor loss = auxiliary_loss(o, source.architecture, pass.weights, images, seed, step);
    // Lanes share nothing, so the gradient of the sum is each lane's own.
    const auto gradients = torch::autograd::grad({loss.sum()}, pass.leaves);
    const StepTaken stepped = take_step(o, lanes, loss.detach(), gradients, active);
    trace.steps.push_back(
        {sent(active), sent(stepped.taken), sent_as_float(loss), sent_as_float(stepped.norm)});
    active = stepped.taken;
  }
  wait_for_sent(active);
  record(records, trace, samples);
  return records;
}

/// Samples that do not adapt: the source network's prediction at every milestone.
Records skipped(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                bool keep_logits) {
  Records records = empty_samples(o, source, samples, keep_logits);
  records.status.assign(samples.id.size(), Status::skipped);
  Trace trace;
  wait_for_sent(predict(trace, source, source.lanes(records.samples),
                        plain_tensor(source.architecture, samples.image),
                        all_active(source.architecture, records.samples)));
  trace.predictions.resize(static_cast<size_t>(records.milestones), trace.predictions.front());
  record(records, trace, samples);
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

  Records records = empty_samples(o, source, samples, keep_logits);
  const auto place = [&](const std::vector<size_t>& lanes, const Records& rows) {
    for (size_t i = 0; i < lanes.size(); ++i)
      copy_row(records, static_cast<int64_t>(lanes[i]), rows, static_cast<int64_t>(i));
  };
  if (!adapting.empty()) place(adapting, episodes(o, source, pick(samples, adapting), seed, keep_logits));
  if (!skipping.empty()) place(skipping, skipped(o, source, pick(samples, skipping), keep_logits));
  return records;
}

}  // namespace ttt
