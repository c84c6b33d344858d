#include "pipeline/analysis/choose.h"

#include <algorithm>
#include <set>

#include "schemas/error.h"

namespace ttt {
namespace {

int index_of(const Analysis& analysis, const std::string& method) {
  const auto found = std::ranges::find(analysis.methods, method, &MethodFacts::name);
  if (found == analysis.methods.end())
    fail(ExitCode::data, "method {} is not in the results of the sweep", method);
  return static_cast<int>(found - analysis.methods.begin());
}

/// One milestone, its figures those of the first group, its value the mean over groups.
SweptPoint point_of(const std::vector<const Section*>& sections, const std::string& name, int method,
                    size_t at) {
  const Point& first = curve_of(*sections.front(), method).points[at];
  double sum = 0;
  for (const Section* section : sections) sum += curve_of(*section, method).points[at].score.value;
  return {name,
          first.milestone,
          first.forward_equivalents,
          sum / static_cast<double>(sections.size()),
          first.gain.gain,
          first.gain.over_models.low,
          first.gain.over_models.high,
          first.gain.p_models};
}

bool is_better(const ScoreFamily& score, const SweptPoint& a, const SweptPoint& b) {
  return score.gain(a.value, b.value) > 0 || (a.value == b.value && a.cost < b.cost);
}

SweepChoice choice_of(const Analysis& analysis, const std::vector<const Section*>& sections,
                      const Sweep& sweep) {
  SweepChoice choice;
  choice.table = sweep.table;
  bool any = false;
  for (const std::string& name : sweep.methods) {
    const int method = index_of(analysis, name);
    choice.unit = analysis.methods[method].unit;
    for (size_t at = 0; at < curve_of(*sections.front(), method).points.size(); ++at) {
      choice.points.push_back(point_of(sections, name, method, at));
      const SweptPoint& point = choice.points.back();
      if (point.milestone == 0 || (any && !is_better(*analysis.score, point, choice.points[choice.chosen])))
        continue;
      choice.chosen = choice.points.size() - 1;
      any = true;
    }
  }
  if (!any) fail(ExitCode::data, "sweep of {}: there is no milestone to choose", sweep.table);
  return choice;
}

/// Names of other methods among the texts of a method's options.
void add_texts(const Fields& fields, std::set<std::string>& texts) {
  for (const Field& field : fields) {
    if (const auto* text = std::get_if<std::string*>(&field.target)) texts.insert(**text);
    if (const auto* list = std::get_if<std::vector<std::string>*>(&field.target))
      texts.insert((*list)->begin(), (*list)->end());
    if (const auto* inner = std::get_if<Fields>(&field.target)) add_texts(*inner, texts);
  }
}

}  // namespace

SweepChoices choose_on_tune(const Analysis& analysis, const std::vector<Sweep>& sweeps) {
  std::vector<const Section*> sections;
  SweepChoices choices;
  choices.score = analysis.score->name;
  for (const Section& section : analysis.sections) {
    if (section.split != Split::tune) continue;
    sections.push_back(&section);
    choices.samples = section.samples;
    choices.models += static_cast<int64_t>(section.models.size());
  }
  if (sections.empty())
    fail(ExitCode::data, "the split tune holds no samples: there is nothing to choose on");
  for (const Sweep& sweep : sweeps) choices.choices.push_back(choice_of(analysis, sections, sweep));
  return choices;
}

JobSpec with_methods(const JobSpec& spec, const std::vector<std::string>& keep) {
  std::set<std::string> wanted(keep.begin(), keep.end());
  for (size_t before = 0; before != wanted.size();) {
    before = wanted.size();
    for (MethodOptions method : spec.methods)
      if (wanted.contains(method.name)) {
        std::set<std::string> texts;
        add_texts(method.kind.options.fields(), texts);
        for (const MethodOptions& other : spec.methods)
          if (texts.contains(other.name)) wanted.insert(other.name);
      }
  }
  JobSpec some = spec;
  std::erase_if(some.methods, [&](const MethodOptions& method) { return !wanted.contains(method.name); });
  if (!wanted.contains(some.report.method)) some.report.method.clear();
  return some;
}

}  // namespace ttt
