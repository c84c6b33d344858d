#include "pipeline/analysis/analysis.h"

#include <algorithm>
#include <cassert>

#include "pipeline/analysis/families.h"
#include "pipeline/analysis/positions.h"
#include "pipeline/analysis/section.h"
#include "schemas/error.h"

namespace ttt {
namespace {

std::vector<std::string> groups_of(const Results& results) {
  std::vector<std::string> groups;
  for (const std::string& group : results.model_group)
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  return groups;
}

const Section* find_section(const std::vector<Section>& sections, const std::string& group, Split split) {
  const auto found = std::ranges::find_if(
      sections, [&](const Section& section) { return section.group == group && section.split == split; });
  return found == sections.end() ? nullptr : &*found;
}

void add_recommendations(Analysis& analysis) {
  std::vector<Role> roles;
  for (const MethodFacts& method : analysis.methods) roles.push_back(method.family);
  for (Section& section : analysis.sections) {
    const Section* tune = find_section(analysis.sections, section.group, Split::tune);
    const Section& chosen_on = tune ? *tune : section;
    section.best = recommend(roles, chosen_on.curves, chosen_on.split, *analysis.score);
  }
}

}  // namespace

Analysis analyse(const Results& results, const ReportOptions& options, const std::vector<Timing>& timings) {
  check_shapes(results);
  Analysis analysis;
  analysis.title = options.title;
  analysis.score = &score_family_named(results.score);
  analysis.partial = results.partial;
  analysis.confidence = options.confidence;
  analysis.bootstrap = options.bootstrap;
  analysis.source_flops = static_cast<double>(results.forward_flops);
  analysis.under_test = method_under_test(results, options);
  for (int i = 0; i < static_cast<int>(results.methods.size()); ++i) {
    const MethodResults& method = results.methods[i];
    analysis.methods.push_back({method.name, method.kind,
                                analysis.under_test == i ? Role::tested : method.role, method.role,
                                method.unit, method.note, method.records.front().steps});
  }
  const SectionInput input{results,
                           analysis.methods,
                           analysis.under_test,
                           timings,
                           {options.bootstrap, options.seed, options.confidence}};
  for (const Split split : {Split::report, Split::tune})
    for (const std::string& group : groups_of(results))
      if (auto section = analyse_section(input, group, split))
        analysis.sections.push_back(std::move(*section));
  if (analysis.sections.empty()) fail(ExitCode::data, "results hold no samples: nothing to report");
  add_recommendations(analysis);
  analysis.shortlist = shortlist(analysis);
  for (Section& section : analysis.sections) section.positions = position_curves(results, analysis, section);
  return analysis;
}

const Curve& curve_of(const Section& section, int method, const std::string& model,
                      const std::string& shift) {
  const auto found = std::ranges::find_if(section.curves, [&](const Curve& curve) {
    return curve.method == method && curve.model == model && curve.shift == shift;
  });
  assert(found != section.curves.end());
  return *found;
}

const Point* source_point(const Analysis& analysis, const Section& section) {
  const auto start_of = [&](int method) -> const Point* {
    const Point& first = curve_of(section, method).points.front();
    const bool is_source = starts_at_source(analysis.methods[method].family) && first.milestone == 0;
    return is_source && first.score.n > 0 ? &first : nullptr;
  };
  if (analysis.under_test)
    if (const Point* point = start_of(*analysis.under_test)) return point;
  for (int method = 0; method < static_cast<int>(analysis.methods.size()); ++method)
    if (const Point* point = start_of(method)) return point;
  return nullptr;
}

const Section& choosing_section(const Analysis& analysis, const Section& section) {
  const Section* found = find_section(analysis.sections, section.group, section.best.chosen_on);
  return found ? *found : section;
}

bool is_for_tuning(const Analysis& analysis, const Section& section) {
  return section.split == Split::tune && find_section(analysis.sections, section.group, Split::report);
}

}  // namespace ttt
