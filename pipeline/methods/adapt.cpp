// kind = "adapt": reset, adapt on one sample, predict at the milestones, record, restore; or a stream that
// keeps what it learned.
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/methods/adapt_cost.h"
#include "pipeline/methods/episode.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/reset_rule.h"
#include "pipeline/methods/source_columns.h"
#include "pipeline/models/registry.h"
#include "schemas/closest_name.h"
#include "schemas/spec_reader.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

Records empty_records_of(const AdaptOptions& o, const ImageNetwork& n, int64_t samples, bool keep_logits) {
  Records records =
      empty_records(samples, static_cast<int>(milestones(o).size()), o.steps, keep_logits ? n.classes : 0);
  const auto keep = [&](std::string_view name, std::vector<float> Records::*column) {
    if (keeps(o.keep, name)) keep_column(records, column);
  };
  if (keeps(o.keep, "features")) records.feature_count = n.feature_count();
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
      empty_records_of(o, source.images(), static_cast<int64_t>(samples.id.size()), keep_logits);
  records.sample = samples.id;
  return records;
}

Records episodes(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                 const EvaluateOptions& how) {
  Records records = empty_rows(o, source, samples, how.keep_logits);
  AdaptingLanes lanes = reset(o, source, samples.id, how.seed);
  Episode(o, source.images(), samples, how.seed).run(lanes).write(records, samples.label);
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
  EpisodeTrace trace = Episode(none, source.images(), samples, how.seed).run(lanes);
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

/// One sample after the other, with weights and moments carried over. A sample that diverges takes no step
/// and leaves them as they were.
Records stream(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
               const EvaluateOptions& how, const Between& between) {
  Records records = empty_rows(o, source, samples, how.keep_logits);
  AdaptingLanes lanes;
  ResetRule rule(o);
  for (size_t i = 0; i < samples.id.size(); ++i) {
    between(static_cast<int64_t>(i));
    const Samples one = slice(samples, i, 1);
    if (i == 0 || rule.is_due()) {
      lanes = reset(o, source, one.id, how.seed);
      rule.restart();
    }
    Records row = empty_rows(o, source, one, how.keep_logits);
    Episode(o, source.images(), one, how.seed).run(lanes).write(row, one.label);
    fill_source_columns(row, source, one);
    rule.note(row);
    copy_row(records, static_cast<int64_t>(i), row, 0);
  }
  return records;
}

Records evaluate(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                 const EvaluateOptions& how, const Between& between) {
  if (in_streams(o)) return stream(o, source, samples, how, between);
  Records records = o.skip_above < 1 ? gated(o, source, samples, how) : episodes(o, source, samples, how);
  fill_source_columns(records, source, samples);
  return records;
}

SampleChoice samples_of(const AdaptOptions& o, const TestSet& set, const std::vector<int64_t>& ids,
                        uint64_t seed, const SourceFeatures& features) {
  if (o.adapt_on == AdaptOn::own) return own_samples(set, ids);
  if (o.adapt_on == AdaptOn::other) return other_samples(set, ids, seed);
  if (features) return samples_with_neighbours(set, features(), ids, o.neighbours, o.neighbour_choice, seed);
  require_neighbours(set, ids, o.neighbours);
  return own_samples(set, ids);
}

Role role_of(const AdaptOptions& o) {
  if (is_placebo(o)) return Role::placebo;
  if (in_streams(o)) return Role::online;
  return milestones(o).back() > 0 ? Role::adapt : Role::source;
}

/// The names that a family knows are told with the place where another one is written.
void check(const MethodOptions& method, const JobSpec& spec) {
  const std::string& subset = method.kind.options.get<AdaptOptions>().subset;
  for (const ModelOptions& group : spec.models) {
    const std::vector<std::string_view> known = family_of(group).subsets();
    if (known.empty() || std::ranges::find(known, subset) != known.end()) continue;
    std::vector<std::string> quoted;
    for (const std::string_view name : known) quoted.push_back(toml_string(name));
    throw OptionError(join_path("method", method.name) + ".subset",
                      fmt::format("{} is unknown ({}){}", toml_string(subset), fmt::join(quoted, ", "),
                                  did_you_mean(subset, known)));
  }
}

const Evaluation evaluation = {
    .require_fits = [](const Options& o,
                       const Network& n) { require_fits(o.get<AdaptOptions>(), image_network(n)); },
    .cost = [](const Options& o,
               const Network& n) { return adapt_cost(o.get<AdaptOptions>(), image_network(n)); },
    .memory = [](const Options& o,
                 const Network& n) { return adapt_memory(o.get<AdaptOptions>(), image_network(n)); },
    .empty =
        [](const Options& o, const Network& n, int64_t samples, bool keep_logits) {
          return empty_records_of(o.get<AdaptOptions>(), image_network(n), samples, keep_logits);
        },
    .samples =
        [](const Options& o, const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed,
           const SourceFeatures& features) {
          return samples_of(o.get<AdaptOptions>(), set, ids, seed, features);
        },
    .evaluate =
        [](const Options& o, const SourceNetwork& source, const Samples& samples, const EvaluateOptions& how,
           const Between& between) { return evaluate(o.get<AdaptOptions>(), source, samples, how, between); },
    .in_streams = [](const Options& o) { return in_streams(o.get<AdaptOptions>()); },
    .streams =
        [](const Options& o, const TestSet& set, const std::vector<int64_t>& samples, uint64_t seed) {
          return streams_of(stream_identity(set), samples, o.get<AdaptOptions>().order, seed);
        },
    .sets_budget = true};

}  // namespace

extern const Method adapt_method;
constinit const Method adapt_method = {
    .name = "adapt",
    .summary = "test-time training: gradient steps on a self-supervised loss of each sample alone",
    .source = "Sun et al., ICML 2020",
    .needs = "a rotation head for task = \"rotation\"",
    .cost = "S V forward and backward passes for S steps of V views, and one prediction",
    .milestone_meaning = "gradient steps",
    .unit = "steps",
    .options = options_of<AdaptOptions>,
    .role = [](const Options& o) { return role_of(o.get<AdaptOptions>()); },
    .evaluation = &evaluation,
    .check = check};

}  // namespace ttt
