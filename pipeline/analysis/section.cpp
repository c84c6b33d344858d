#include "pipeline/analysis/section.h"

#include <algorithm>
#include <map>
#include <set>

#include "pipeline/analysis/calibration.h"
#include "pipeline/analysis/slices.h"

namespace ttt {
namespace {

std::vector<Curve> named(std::vector<Curve> curves, const std::string& model, const std::string& shift) {
  for (Curve& curve : curves) {
    curve.model = model;
    curve.shift = shift;
  }
  return curves;
}

void drop_bootstrap(std::vector<Curve>& curves) {
  for (Curve& curve : curves)
    for (Point& point : curve.points) point.gain.bootstrap = {};
}

/// All methods on the slice, for the models together and for each; a bootstrap where `options` say so for
/// `each`.
void add_curves(const SectionInput& input, const Slice& slice, const std::string& shift,
                const BootstrapOptions& each, std::vector<Curve>& curves) {
  const auto source = source_column(input.results, input.under_test);
  std::vector<Curve> together = curves_on(input.results, slice, source, input.options);
  std::ranges::move(named(together, "", shift), std::back_inserter(curves));
  if (slice.models.size() == 1) {
    if (each.resamples == 0) drop_bootstrap(together);
    std::ranges::move(named(std::move(together), input.results.model[slice.models.front()], shift),
                      std::back_inserter(curves));
    return;
  }
  for (const int model : slice.models)
    std::ranges::move(named(curves_on(input.results, of_model(slice, model), source, each),
                            input.results.model[model], shift),
                      std::back_inserter(curves));
}

void adjust_curves(std::vector<Curve>& curves, const std::vector<std::string>& models,
                   const Results& results) {
  std::vector<std::string> slices = models;
  slices.push_back("");
  for (const std::string& model : slices)
    for (size_t method = 0; method < results.methods.size(); ++method)
      for (size_t m = 0; m < results.methods[method].cost.milestone.size(); ++m) {
        std::vector<Effect*> family;
        for (Curve& curve : curves)
          if (curve.method == static_cast<int>(method) && curve.model == model && !curve.shift.empty())
            family.push_back(&curve.points[m].gain);
        adjust_together(family);
      }
}

double seconds_per_sample(const SectionInput& input, const Section& section, const std::string& method) {
  double seconds = 0;
  int64_t samples = 0;
  for (const Timing& timing : input.timings) {
    if (timing.method != method || std::ranges::find(section.models, timing.model) == section.models.end())
      continue;
    seconds += timing.seconds;
    samples += timing.samples;
  }
  return samples == 0 ? undefined : seconds / static_cast<double>(samples);
}

void describe_samples(const Results& results, const Slices& slices, Section& section) {
  std::set<int64_t> bases;
  std::set<int> severities;
  int64_t last = -1;  // mostly all samples of a base image follow one another
  for (const int64_t row : slices.all.rows) {
    if (results.base[row] != last) bases.insert(last = results.base[row]);
    severities.insert(results.severity[row]);
  }
  section.samples = static_cast<int64_t>(slices.all.rows.size());
  section.bases = static_cast<int64_t>(bases.size());
  section.severities.assign(severities.begin(), severities.end());
  for (const int model : slices.all.models) section.models.push_back(results.model[model]);
  for (const auto& [shift, slice] : slices.shifts) section.shifts.push_back(shift);
}

void add_method_records(const SectionInput& input, const Slices& slices, Section& section) {
  Slice everything = slices.all;
  everything.rows.clear();
  for (const auto& [shift, slice] : slices.shifts)
    everything.rows.insert(everything.rows.end(), slice.rows.begin(), slice.rows.end());
  for (const MethodResults& method : input.results.methods)
    section.methods.push_back({count_episodes(method, everything),
                               auxiliary_trace(method, slices.all, input.options.confidence),
                               seconds_per_sample(input, section, method.name)});
}

Calibration calibrate(const Results& results, const Slice& slice, int method, int milestone) {
  const Column column{&results.methods[method], milestone};
  Calibration calibration{method, results.methods[method].cost.milestone[milestone],
                          reliability_of(column, slice), 0};
  calibration.error = calibration_error(calibration.bins);
  return calibration;
}

void add_calibration(const SectionInput& input, const Slice& slice, Section& section) {
  const auto last = [&](int method) {
    return static_cast<int>(input.results.methods[method].cost.milestone.size()) - 1;
  };
  if (input.under_test) {
    section.calibration.push_back(calibrate(input.results, slice, *input.under_test, 0));
    section.calibration.push_back(
        calibrate(input.results, slice, *input.under_test, last(*input.under_test)));
  }
  for (int method = 0; method < static_cast<int>(input.methods.size()); ++method)
    if (input.methods[method].role == Role::vote)
      section.calibration.push_back(calibrate(input.results, slice, method, last(method)));
}

/// Equal-cost comparisons and placebos of the method under test on the "all" slice.
void add_comparisons(const SectionInput& input, const Slice& slice, Section& section) {
  const Curve& tested = curve_of(section, *input.under_test);
  for (int method = 0; method < static_cast<int>(input.methods.size()); ++method) {
    const Role role = input.methods[method].role;
    const Curve& other = curve_of(section, method);
    if (role == Role::vote || role == Role::ensemble)
      std::ranges::move(compare_at_equal_cost(input.results, slice, tested, other, input.options),
                        std::back_inserter(section.equal_cost));
    if (role == Role::placebo)
      if (auto check = compare_with_placebo(input.results, slice, tested, other, input.options))
        section.placebos.push_back(std::move(*check));
  }
}

void add_shift_gains(const SectionInput& input, const Slices& slices, Section& section) {
  const auto vote = std::ranges::find(input.methods, Role::vote, &MethodFacts::role);
  std::vector<Effect*> family;
  for (const auto& [shift, slice] : slices.shifts) {
    const Curve& tested = curve_of(section, *input.under_test, "", shift);
    ShiftGain gain{shift, tested.points.back().gain, std::nullopt};
    if (vote != input.methods.end()) {
      const Curve& rival = curve_of(section, static_cast<int>(vote - input.methods.begin()), "", shift);
      auto comparisons = compare_at_equal_cost(input.results, slice, tested, rival, input.options);
      if (!comparisons.empty()) gain.over_vote = comparisons.back();
    }
    section.shift_gains.push_back(std::move(gain));
  }
  for (ShiftGain& gain : section.shift_gains)
    if (gain.over_vote) family.push_back(&gain.over_vote->gain);
  adjust_together(family);
}

/// Share of the most frequent class: the accuracy of always naming it.
double chance_of(const Results& results, const Slice& slice) {
  std::map<int64_t, int64_t> count;
  for (const auto row : slice.rows) ++count[results.label[row]];
  int64_t most = 0;
  for (const auto& [label, samples] : count) most = std::max(most, samples);
  return static_cast<double>(most) / static_cast<double>(slice.rows.size());
}

/// By the predictions before any step of the first method that has them.
void add_weak_models(const SectionInput& input, const Slice& slice, Section& section) {
  for (size_t i = 0; i < input.methods.size(); ++i) {
    const MethodFacts& method = input.methods[i];
    if (!starts_at_source(method.family) || input.results.methods[i].cost.milestone.front() != 0) continue;
    const ScoreFamily& family = score_family_named(input.results.score);
    std::vector<ModelScore> scores;
    for (const std::string& model : section.models) {
      const Score& score = curve_of(section, static_cast<int>(i), model).points.front().score;
      scores.push_back({model, score.correct, score.n});
      if (auto weak = uninformed_model(family, model, score.value)) section.weak.push_back(std::move(*weak));
    }
    if (family.has_classes) section.weak = weak_models(scores, chance_of(input.results, slice));
    return;
  }
}

/// Samples of each kind that the report lists.
constexpr size_t most_stories = 10;

/// Only of episodes that start at the source model and take steps.
void add_signals(const SectionInput& input, const Slice& slice, Section& section) {
  const MethodResults& method = input.results.methods[*input.under_test];
  const auto& milestones = method.cost.milestone;
  if (!starts_at_source(method.role) || milestones.front() != 0 || milestones.size() < 2) return;
  section.signals = signals_of(input.results, slice, method, input.options);
  section.stories = sample_stories(input.results, slice, method, most_stories);
  if (!score_family_named(input.results.score).has_confidence) return;
  section.entropy_bins = gain_by_entropy(input.results, slice, method, input.options);
  if (section.split == Split::report)
    section.label_free = label_free_accuracy(input.results, method, section.group);
}

}  // namespace

std::optional<Section> analyse_section(const SectionInput& input, const std::string& group, Split split) {
  const Slices slices = slices_of(input.results, group, split);
  if (slices.all.rows.empty()) return std::nullopt;
  Section section;
  section.group = group;
  section.split = split;
  describe_samples(input.results, slices, section);
  add_method_records(input, slices, section);
  BootstrapOptions none = input.options;
  none.resamples = 0;
  add_curves(input, slices.all, "", input.options, section.curves);
  for (const auto& [shift, slice] : slices.shifts) add_curves(input, slice, shift, none, section.curves);
  adjust_curves(section.curves, section.models, input.results);
  add_weak_models(input, slices.all, section);
  if (score_family_named(input.results.score).has_confidence) add_calibration(input, slices.all, section);
  if (input.under_test) {
    add_comparisons(input, slices.all, section);
    add_shift_gains(input, slices, section);
    add_signals(input, slices.all, section);
  }
  return section;
}

}  // namespace ttt
