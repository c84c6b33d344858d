#include "pipeline/analysis/job_comparison.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "pipeline/analysis/clusters.h"
#include "pipeline/analysis/slices.h"

namespace ttt {
namespace {

/// One milestone of one method in both jobs.
struct Match {
  size_t method = 0;  // in PairedSection::methods
  Column a, b;
};

/// Milestones that both have, method by method.
std::vector<Match> matches(const Results& joined) {
  std::vector<Match> found;
  for (size_t i = 0; i + 1 < joined.methods.size(); i += 2) {
    const MethodResults &a = joined.methods[i], &b = joined.methods[i + 1];
    for (size_t m = 0; m < a.cost.milestone.size(); ++m) {
      const auto other = std::ranges::find(b.cost.milestone, a.cost.milestone[m]);
      if (other == b.cost.milestone.end()) continue;
      found.push_back(
          {i / 2, {&a, static_cast<int>(m)}, {&b, static_cast<int>(other - b.cost.milestone.begin())}});
    }
  }
  return found;
}

/// The point without its effect.
PairedPoint count(const CellScores& scores, const Match& match, const Slice& slice, double forward_flops) {
  PairedPoint point;
  point.milestone = match.a.method->cost.milestone[match.a.milestone];
  point.cost_a = match.a.method->cost.flops[match.a.milestone] / forward_flops;
  point.cost_b = match.b.method->cost.flops[match.b.milestone] / forward_flops;
  int64_t cells = 0;
  double sum_a = 0, sum_b = 0;
  for (const int model : slice.models) {
    const ColumnScores of_a(scores, match.a, model), of_b(scores, match.b, model);
    for (const int64_t row : slice.rows) {
      const double a = of_a.value(row), b = of_b.value(row);
      if (std::isnan(a) || std::isnan(b)) continue;
      ++cells;
      sum_a += a;
      sum_b += b;
      point.changed +=
          !scores.family().same(scores.cell(match.a, model, row), scores.cell(match.b, model, row));
    }
  }
  if (cells == 0) return point;
  point.value_a = sum_a / static_cast<double>(cells);
  point.value_b = sum_b / static_cast<double>(cells);
  return point;
}

std::vector<Pairing> pairings(const std::vector<Match>& matches) {
  std::vector<Pairing> pairs;
  for (const Match& match : matches) pairs.push_back({match.b, match.a});
  return pairs;
}

/// The last milestone of each method, shift by shift.
void add_shifts(const Results& joined, const std::vector<Match>& all, const Slices& slices,
                const BootstrapOptions& options, PairedSection& section) {
  std::vector<Match> last;
  for (size_t i = 0; i < all.size(); ++i)
    if (i + 1 == all.size() || all[i + 1].method != all[i].method) last.push_back(all[i]);
  for (const auto& [shift, slice] : slices.shifts) {
    const std::vector<Effect> found = effects(joined, slice, pairings(last), options);
    for (size_t i = 0; i < last.size(); ++i)
      section.methods[last[i].method].by_shift.emplace_back(shift, found[i]);
  }
  for (PairedMethod& method : section.methods) {
    std::vector<Effect*> family;
    for (auto& [shift, effect] : method.by_shift) family.push_back(&effect);
    adjust_together(family);
  }
}

std::optional<PairedSection> section_of(const Results& joined, const std::string& group, Split split,
                                        const BootstrapOptions& options) {
  const Slices slices = slices_of(joined, group, split);
  if (slices.all.rows.empty()) return std::nullopt;
  PairedSection section{group, split, {}, static_cast<int64_t>(slices.all.rows.size()), 0, {}};
  section.bases = static_cast<int64_t>(clusters_by_base(joined, slices.all).count);
  for (const int model : slices.all.models) section.models.push_back(joined.model[model]);
  for (size_t i = 0; i + 1 < joined.methods.size(); i += 2) {
    const MethodResults &a = joined.methods[i], &b = joined.methods[i + 1];
    section.methods.push_back({a.name, a.unit, a.spec == b.spec, {}, {}});
  }
  const std::vector<Match> all = matches(joined);
  const std::vector<Effect> found = effects(joined, slices.all, pairings(all), options);
  for (size_t i = 0; i < all.size(); ++i) {
    PairedPoint point =
        count(CellScores(joined), all[i], slices.all, static_cast<double>(joined.forward_flops));
    point.difference = found[i];
    section.methods[all[i].method].points.push_back(std::move(point));
  }
  add_shifts(joined, all, slices, options, section);
  return section;
}

std::vector<std::string> groups_of(const Results& results) {
  std::vector<std::string> groups;
  for (const std::string& group : results.model_group)
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  return groups;
}

}  // namespace

JobComparison compare(const Results& a, const Results& b, const RowPairs& rows,
                      const ReportOptions& options) {
  const JoinedJobs joined = join(a, b, rows);
  JobComparison comparison;
  comparison.score = &score_family_named(joined.results.score);
  comparison.confidence = options.confidence;
  comparison.bootstrap = options.bootstrap;
  comparison.partial = joined.results.partial;
  comparison.samples_a = static_cast<int64_t>(a.sample.size());
  comparison.samples_b = static_cast<int64_t>(b.sample.size());
  comparison.samples = static_cast<int64_t>(rows.size());
  comparison.spec = spec_differences(a.spec, b.spec);
  comparison.fingerprint = differences(a.provenance, b.provenance);
  comparison.only_a = joined.only_a;
  comparison.only_b = joined.only_b;
  comparison.other_weights = joined.other_weights;
  for (const Split split : {Split::report, Split::tune})
    for (const std::string& group : groups_of(joined.results))
      if (auto section =
              section_of(joined.results, group, split, {options.bootstrap, options.seed, options.confidence}))
        comparison.sections.push_back(std::move(*section));
  return comparison;
}

}  // namespace ttt
