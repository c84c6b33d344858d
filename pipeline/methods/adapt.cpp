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
  at::Tensor loss;  // [K] as it is recorded
  Weights by_name;
};

Gradients gradients(const AdaptOptions& o, const Architecture& architecture, Weights weights,
                    const std::vector<std::string>& adapted, const Samples& samples, uint64_t seed,
                    int step) {
  std::vector<at::Tensor> leaves;
  for (const std::string& name : adapted) {
    leaves.push_back(weights.at(name).detach().requires_grad_());
    weights[name] = leaves.back();
  }
  const at::Tensor loss = auxiliary_loss(o, architecture, with_products(weights), samples, seed, step);
  // Lanes share nothing, so the gradient of the sum is each lane's own.
  const auto grads = torch::autograd::grad({loss.sum()}, leaves);
  Gradients result{recorded(loss), {}};
  for (size_t i = 0; i < adapted.size(); ++i) result.by_name[adapted[i]] = grads[i];
  return result;
}

/// Lanes whose loss and gradients are all finite.
std::vector<bool> finite_lanes(const Gradients& g) {
  std::vector<bool> finite;
  for (int64_t k = 0; k < g.loss.size(0); ++k) {
    bool ok = std::isfinite(g.loss.const_data_ptr<float>()[k]);
    for (const auto& [name, gradient] : g.by_name)
      ok = ok && gradient.select(0, k).isfinite().all().item<bool>();
    finite.push_back(ok);
  }
  return finite;
}

at::Tensor take_step(const AdaptOptions& o, lanes::OptimiserState& state, Weights& weights,
                     const Weights& gradients, const std::vector<bool>& active) {
  if (o.optimiser == Optimiser::adam)
    return lanes::update(lanes::Adam{.learning_rate = o.learning_rate, .weight_decay = o.weight_decay}, state,
                         weights, gradients, active);
  return lanes::update(
      lanes::Sgd{.learning_rate = o.learning_rate, .momentum = o.momentum, .weight_decay = o.weight_decay},
      state, weights, gradients, active);
}

/// Predicts on the plain images. A lane whose prediction is not finite has diverged.
void predict(Records& records, int milestone, const SourceNetwork& source, const Weights& weights,
             const Samples& samples, std::vector<bool>& active) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = recorded(logits(source.architecture, with_products(weights),
                                       plain_tensor(source.architecture, samples.image), Part::main));
  for (size_t k = 0; k < samples.id.size(); ++k) {
    if (!active[k]) continue;
    const auto lane = static_cast<int64_t>(k);
    record_prediction(records, lane, milestone, row(z, lane), samples.label[k]);
    if (records.predicted[lane * records.milestones + milestone] < 0) {
      records.status[k] = Status::diverged;
      active[k] = false;
    }
  }
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
  lanes::OptimiserState state;
  std::vector<bool> active(count, true);
  for (int step = 0, mark = 0;; ++step) {
    if (mark < records.milestones && marks[mark] == step)
      predict(records, mark++, source, weights, samples, active);
    if (step == o.steps || mark == records.milestones) break;

    const Gradients g = gradients(o, source.architecture, weights, adapted, samples, seed, step);
    const std::vector<bool> finite = finite_lanes(g);
    for (int64_t k = 0; k < count; ++k) {
      if (!active[k]) continue;
      records.aux_loss[k * o.steps + step] = g.loss.const_data_ptr<float>()[k];
      if (!finite[k]) records.status[k] = Status::diverged;
      active[k] = finite[k];
    }
    const at::Tensor norm = take_step(o, state, weights, g.by_name, active);
    for (int64_t k = 0; k < count; ++k) {
      if (!active[k]) continue;
      records.update_norm[k * o.steps + step] = static_cast<float>(norm.const_data_ptr<double>()[k]);
      ++records.steps_taken[k];
    }
  }
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
    std::vector<bool> active(skipping.size(), true);
    for (int m = 0; m < records.milestones; ++m)
      predict(source_rows, m, source, source.lanes(rows), skipped, active);
    place(skipping, source_rows);
  }
  return records;
}

}  // namespace ttt
