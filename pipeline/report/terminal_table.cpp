#include <fmt/format.h>

#include <utility>

#include "pipeline/analysis/families.h"
#include "pipeline/report/answer.h"
#include "pipeline/report/findings.h"
#include "pipeline/report/plain_table.h"
#include "pipeline/report/report.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

using Row = std::vector<std::string>;

/// A row for every milestone can no longer be read.
bool is_brief(const Analysis& analysis) { return analysis.methods.size() > few_methods; }

Row row_of(const Analysis& analysis, const std::string& name, const std::string& at, const Point& point) {
  Row row = {name,
             at,
             short_number(point.forward_equivalents),
             short_number(point.flops / 1e9),
             value_text(*analysis.score, point.score.value),
             gain_text(*analysis.score, point.gain.gain),
             gain_range(*analysis.score, point.gain.over_models),
             p_value(point.gain.p_models),
             fmt::format("{}/{}", point.gain.better, point.gain.worse),
             p_value(point.gain.p_samples)};
  auto after_value = row.begin() + 5;
  for (size_t i = 0; i < point.beside.size(); ++i)
    after_value = row.insert(after_value, side_text(analysis.score->beside[i], point.beside[i])) + 1;
  for (std::string& cell : row) cell = plain(cell);
  return row;
}

Row header(const Analysis& analysis) {
  const ScoreFamily& score = *analysis.score;
  const ScoreWords& words = score.words;
  Row names = {"method", "at", "forwards", "GFLOP", std::string(words.value)};
  if (!words.axis.empty()) names.back() += fmt::format(" {}", words.axis);
  for (const SideFigure& figure : score.beside) names.emplace_back(figure.heading);
  names.insert(names.end(),
               {std::string(words.gain), fmt::format("{:g} % over models", 100 * analysis.confidence), "p",
                fmt::format("{}/{}", words.better, words.worse), fmt::format("{} p", words.test)});
  return names;
}

/// Every milestone of every method.
std::vector<Row> all_rows(const Analysis& analysis, const Section& section) {
  std::vector<Row> rows;
  for (int i = 0; i < static_cast<int>(analysis.methods.size()); ++i) {
    const MethodFacts& method = analysis.methods[i];
    std::string name = method.name;
    for (const Point& point : curve_of(section, i).points)
      rows.push_back(
          row_of(analysis, std::exchange(name, ""), milestone_text(point.milestone, method.unit), point));
  }
  return rows;
}

/// The last milestone of every method, family by family, after the source model's prediction.
std::vector<Row> brief_rows(const Analysis& analysis, const Section& section) {
  std::vector<Row> rows;
  if (const Point* source = source_point(analysis, section))
    rows.push_back(row_of(analysis, "source model", "", *source));
  for (const Family& family : families(analysis.methods)) {
    if (family.role == Role::source) continue;
    Row heading(header(analysis).size());
    heading[0] = family_name(family.role);
    rows.push_back(heading);
    for (const Member& member : family.members) {
      const MethodFacts& method = analysis.methods[member.method];
      const Point& last = curve_of(section, member.method).points.back();
      rows.push_back(row_of(analysis, (member.brought ? "    " : "  ") + method.name,
                            milestone_text(last.milestone, method.unit), last));
    }
  }
  return rows;
}

std::string section_table(const Analysis& analysis, const Section& section) {
  std::vector<Row> rows = is_brief(analysis) ? brief_rows(analysis, section) : all_rows(analysis, section);
  rows.insert(rows.begin(), header(analysis));
  return plain(fmt::format("{}: {} x {}{}{}\n", section.group, counted(section.samples, "sample", "samples"),
                           counted(static_cast<int64_t>(section.models.size()), "model", "models"),
                           section.split == Split::tune ? ", split tune (not for reporting)" : "",
                           is_brief(analysis) ? "; the last milestone of each method" : "")) +
         aligned(rows);
}

/// The report's own words, less the figures that are in the table above.
std::string finding_text(const Finding& finding) {
  const std::string tests = finding.tests.empty() ? "" : plain(finding.tests) + ".";
  return plain(fmt::format("  * {}\n", finding.head)) + wrapped(tests, "    ");
}

std::string section_text(const Analysis& analysis, const Section& section) {
  if (is_brief(analysis) && is_for_tuning(analysis, section))
    return plain(section.group) + ": the split tune is in report.html and curves.csv\n";
  const std::string answer = answer_text(analysis, section);
  std::string text = answer + (answer.empty() ? "" : "\n") + section_table(analysis, section);
  if (is_brief(analysis)) text += "  every milestone: report.html and curves.csv\n";
  for (const Finding& finding : findings(analysis, section)) text += finding_text(finding);
  return text;
}

}  // namespace

std::string terminal_table(const Analysis& analysis) {
  std::string text;
  if (analysis.partial) text += "PARTIAL RESULTS: some units of this run are missing\n";
  for (const Section& section : analysis.sections)
    text += (text.empty() ? "" : "\n") + section_text(analysis, section);
  return text;
}

}  // namespace ttt
