#include "pipeline/methods/adapt.h"

#include <algorithm>
#include <cmath>

#include "kernels/torch.h"
#include "pipeline/methods/auxiliary_task.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/model/low_rank.h"

namespace ttt {
namespace {

/// The loss of each lane and its gradient by the adapted weights.
struct Gradients {
  at::Tensor loss;  // [K]
  Weights by_name;
};

Gradients gradients(const AdaptOptions& o, const Architecture& architecture, Weights weights,
                    const std::vector<std::string>& adapted, const LaneImages& images, uint64_t seed,
                    int step) {
  std::vector<at::Tensor> leaves;
  for (const std::string& name : adapted) {
    leaves.push_back(weights.at(name).detach().requires_grad_());
    weights[name] = leaves.back();
  }
  const at::Tensor loss = auxiliary_loss(o, architecture, with_products(weights), images, seed, step);
  // Lanes share nothing, so the gradient of the sum is each lane's own.
  const auto grads = torch::autograd::grad({loss.sum()}, leaves);
  Gradients result{loss.detach(), {}};
  for (size_t i = 0; i < adapted.size(); ++i) result.by_name[adapted[i]] = grads[i];
  return result;
}

/// Lanes whose loss and gradients are all finite -> [K] bool.
at::Tensor finite_lanes(const Gradients& g) {
  std::vector<at::Tensor> all = {g.loss};
  for (const auto& [name, gradient] : g.by_name) all.push_back(gradient);
  return lanes::finite_lanes(all);
}

/// -> [K] length of each lane's step.
at::Tensor take_step(const AdaptOptions& o, lanes::OptimiserState& state, Weights& weights,
                     const Weights& gradients, const at::Tensor& active) {
  if (o.optimiser == Optimiser::adam)
    return lanes::update(lanes::Adam{.learning_rate = o.learning_rate, .weight_decay = o.weight_decay}, state,
                         weights, gradients, active);
  return lanes::update(
      lanes::Sgd{.learning_rate = o.learning_rate, .momentum = o.momentum, .weight_decay = o.weight_decay},
      state, weights, gradients, active);
}

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
  std::vector<std::string> adapted = adapted_names(source.architecture, o.task, o.subset);
  Records records = empty_records(count, static_cast<int>(marks.size()), o.steps,
                                  keep_logits ? source.architecture.classes : 0);
  records.sample = samples.id;

  Weights weights = source.lanes(count);  // reset
  if (o.subset == Subset::low_rank) {
    add_factors(weights, adapted, o.rank, samples.id, seed);
    adapted = factor_names(adapted);
  }
  const LaneImages images = lane_images(source.architecture, samples);
  lanes::OptimiserState state;
  std::vector<Step> steps;
  at::Tensor active = all_active(source.architecture, count);
  for (int step = 0, mark = 0;; ++step) {
    if (mark < records.milestones && marks[mark] == step)
      active = predict(records, mark++, source, weights, samples, active);
    if (step == o.steps || mark == records.milestones) break;

    const Gradients g = gradients(o, source.architecture, weights, adapted, images, seed, step);
    const at::Tensor taken = active & finite_lanes(g);
    steps.push_back({active, taken, g.loss, take_step(o, state, weights, g.by_name, taken)});
    active = taken;
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
