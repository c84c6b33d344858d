// kind = "adapt": reset, adapt on one sample, predict at the milestones, record, restore.
#include "kernels/torch.h"
#include "pipeline/methods/adapt_cost.h"
#include "pipeline/methods/episode_trace.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/prediction.h"

namespace ttt {
namespace {

at::Tensor all_active(const Architecture& architecture, int64_t lanes) {
  return at::ones({lanes}, at::kBool).to(device_of(architecture));
}

Records empty_records_of(const AdaptOptions& o, const Architecture& a, int64_t samples, bool keep_logits) {
  return empty_records(samples, static_cast<int>(milestones(o).size()), o.steps, keep_logits ? a.classes : 0);
}

Records empty_rows(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                   bool keep_logits) {
  Records records =
      empty_records_of(o, source.architecture, static_cast<int64_t>(samples.id.size()), keep_logits);
  records.sample = samples.id;
  return records;
}

/// A lane whose loss or gradient is not finite stops as `diverged` and changes no byte of its neighbours.
Records episodes(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                 const EvaluateOptions& how) {
  const Architecture& a = source.architecture;
  const std::vector<int> marks = milestones(o);
  Records records = empty_rows(o, source, samples, how.keep_logits);
  AdaptingLanes lanes = reset(o, source, samples.id, how.seed);
  const LaneImages images = lane_images(a, samples);
  const at::Tensor plain = plain_tensor(a, samples.image);
  EpisodeTrace trace;
  at::Tensor active = all_active(a, records.samples);
  for (int step = 0, mark = 0;; ++step) {
    if (mark < records.milestones && marks[mark] == step) {
      active = trace.add_prediction(active, main_logits(a, lanes.weights, plain));
      ++mark;
    }
    if (step == o.steps || mark == records.milestones) break;
    const StepTaken taken = adaptation_step(o, a, lanes, images, active, how.seed, step);
    trace.add(active, taken);
    active = taken.taken;
  }
  trace.write(records, samples.label);
  return records;
}

/// Samples that do not adapt: the source network's prediction at every milestone.
Records skipped(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                const EvaluateOptions& how) {
  const Architecture& a = source.architecture;
  Records records = empty_rows(o, source, samples, how.keep_logits);
  records.status.assign(samples.id.size(), Status::skipped);
  EpisodeTrace trace;
  trace.add_prediction(all_active(a, records.samples),
                       main_logits(a, source.lanes(records.samples), plain_tensor(a, samples.image)));
  trace.repeat_prediction(records.milestones);
  trace.write(records, samples.label);
  return records;
}

/// How sure the rotation head is of the upright image: the probability it gives to "not turned" -> [K].
std::vector<double> upright_confidence(const SourceNetwork& source, const Samples& samples) {
  const at::NoGradGuard no_grad;
  const Architecture& a = source.architecture;
  const auto count = static_cast<int64_t>(samples.id.size());
  const at::Tensor z =
      recorded(logits(a, source.lanes(count), plain_tensor(a, samples.adapt_on), Part::auxiliary));
  std::vector<double> confidence;
  for (int64_t k = 0; k < count; ++k) confidence.push_back(softmax(row(z, k))[0]);
  return confidence;
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
          return options.skip_above < 1 ? gated(options, source, samples, how)
                                        : episodes(options, source, samples, how);
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
