// kind = "adapt": reset, adapt on one sample, predict at the milestones, record, restore.
#include "kernels/lanes/directions.h"
#include "kernels/torch.h"
#include "pipeline/methods/adapt_cost.h"
#include "pipeline/methods/episode_trace.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/source_columns.h"

namespace ttt {
namespace {

at::Tensor all_active(const Architecture& architecture, int64_t lanes) {
  return at::ones({lanes}, at::kBool).to(device_of(architecture));
}

Records empty_records_of(const AdaptOptions& o, const Architecture& a, int64_t samples, bool keep_logits) {
  Records records =
      empty_records(samples, static_cast<int>(milestones(o).size()), o.steps, keep_logits ? a.classes : 0);
  const auto keep = [&](std::string_view name, std::vector<float> Records::*column) {
    if (keeps(o.keep, name)) keep_column(records, column);
  };
  if (keeps(o.keep, "features")) records.feature_count = a.options.widths.back();
  keep("features", &Records::features);
  keep("auxiliary_confidence", &Records::auxiliary_confidence);
  keep("probe_loss", &Records::probe_loss);
  if (o.steps > 0) {
    keep("gradients", &Records::grad_dot);
    keep("gradients", &Records::grad_cos);
  }
  return records;
}

Records empty_rows(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                   bool keep_logits) {
  Records records =
      empty_records_of(o, source.architecture, static_cast<int64_t>(samples.id.size()), keep_logits);
  records.sample = samples.id;
  return records;
}

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

/// One episode of K lanes that have been reset. A lane whose loss or gradient is not finite stops as
/// `diverged` and changes no byte of its neighbours.
class Episode {
 public:
  Episode(const AdaptOptions& o, const Architecture& a, const Samples& samples, uint64_t seed)
      : o_(o),
        a_(a),
        seed_(seed),
        images_(lane_images(a, samples)),
        plain_(plain_tensor(a, samples.image)),
        label_(at::tensor(samples.label, at::kLong).unsqueeze(1).to(device_of(a))) {}

  /// Adapts `lanes` and predicts at the milestones.
  EpisodeTrace run(AdaptingLanes& lanes) const {
    const std::vector<int> marks = milestones(o_);
    EpisodeTrace trace;
    at::Tensor active = all_active(a_, plain_.size(0));
    for (size_t step = 0, mark = 0;; ++step) {
      if (mark < marks.size() && marks[mark] == static_cast<int>(step)) {
        active = trace.add_prediction(active, main_logits(a_, lanes.weights, plain_), probe(lanes));
        ++mark;
      }
      if (static_cast<int>(step) == o_.steps || mark == marks.size()) return trace;
      active = take(static_cast<int>(step), lanes, active, trace);
    }
  }

 private:
  at::Tensor probe(const AdaptingLanes& lanes) const {
    return keeps(o_.keep, "probe_loss") ? probe_loss(o_, a_, lanes, images_) : at::Tensor();
  }

  /// -> lanes still active.
  at::Tensor take(int step, AdaptingLanes& lanes, const at::Tensor& active, EpisodeTrace& trace) const {
    std::vector<at::Tensor> main;
    if (keeps(o_.keep, "gradients")) main = main_gradients(a_, lanes, plain_, label_);
    const StepTaken taken = adaptation_step(o_, a_, lanes, images_, active, seed_, step);
    trace.add(active, taken, main.empty() ? Alignment() : alignment(main, taken.gradients));
    return taken.taken;
  }

  const AdaptOptions& o_;
  const Architecture& a_;
  uint64_t seed_;
  LaneImages images_;
  at::Tensor plain_;  // [K, 1, H, W, C]
  at::Tensor label_;  // [K, 1]
};

Records episodes(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                 const EvaluateOptions& how) {
  Records records = empty_rows(o, source, samples, how.keep_logits);
  AdaptingLanes lanes = reset(o, source, samples.id, how.seed);
  Episode(o, source.architecture, samples, how.seed).run(lanes).write(records, samples.label);
  return records;
}

/// Samples that do not adapt: the source network's prediction at every milestone.
Records skipped(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                const EvaluateOptions& how) {
  AdaptOptions none = o;
  none.steps = 0;
  none.milestones = {0};
  Records records = empty_rows(o, source, samples, how.keep_logits);
  records.status.assign(samples.id.size(), Status::skipped);
  AdaptingLanes lanes = reset(o, source, samples.id, how.seed);
  EpisodeTrace trace = Episode(none, source.architecture, samples, how.seed).run(lanes);
  trace.repeat_prediction(records.milestones);
  trace.write(records, samples.label);
  return records;
}

/// A sample of which the rotation head is sure enough is `skipped`.
Records gated(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
              const EvaluateOptions& how) {
  const std::vector<double> sure = upright_confidence(source, samples);
  std::vector<size_t> adapting, skipping;
  for (size_t k = 0; k < sure.size(); ++k) (sure[k] > o.skip_above ? skipping : adapting).push_back(k);

  Records records = empty_rows(o, source, samples, how.keep_logits);
  const auto place = [&](const std::vector<size_t>& lanes, const Records& rows) {
    for (size_t i = 0; i < lanes.size(); ++i)
      copy_row(records, static_cast<int64_t>(lanes[i]), rows, static_cast<int64_t>(i));
  };
  if (!adapting.empty()) place(adapting, episodes(o, source, pick(samples, adapting), how));
  if (!skipping.empty()) place(skipping, skipped(o, source, pick(samples, skipping), how));
  return records;
}

Role role_of(const AdaptOptions& o) {
  if (is_placebo(o)) return Role::placebo;
  return milestones(o).back() > 0 ? Role::adapt : Role::source;
}

const Evaluation evaluation = {
    .cost = [](const Options& o, const Architecture& a) { return adapt_cost(o.get<AdaptOptions>(), a); },
    .memory = [](const Options& o, const Architecture& a) { return adapt_memory(o.get<AdaptOptions>(), a); },
    .empty =
        [](const Options& o, const Architecture& a, int64_t samples, bool keep_logits) {
          return empty_records_of(o.get<AdaptOptions>(), a, samples, keep_logits);
        },
    .samples =
        [](const Options& o, const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed) {
          return o.get<AdaptOptions>().adapt_on == AdaptOn::other ? other_samples(set, ids, seed)
                                                                  : own_samples(set, ids);
        },
    .evaluate =
        [](const Options& o, const SourceNetwork& source, const Samples& samples, const EvaluateOptions& how,
           const Between&) {
          const auto& options = o.get<AdaptOptions>();
          Records records = options.skip_above < 1 ? gated(options, source, samples, how)
                                                   : episodes(options, source, samples, how);
          fill_source_columns(records, source, samples);
          return records;
        },
    .sets_budget = true};

}  // namespace

extern const Method adapt_method;
constinit const Method adapt_method = {
    .name = "adapt",
    .summary = "test-time training: gradient steps on a self-supervised loss of each sample alone",
    .source = "Sun et al., ICML 2020",
    .milestone_meaning = "gradient steps",
    .unit = "steps",
    .options = options_of<AdaptOptions>,
    .role = [](const Options& o) { return role_of(o.get<AdaptOptions>()); },
    .evaluation = &evaluation};

}  // namespace ttt
