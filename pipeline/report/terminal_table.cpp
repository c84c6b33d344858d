#include <fmt/format.h>

#include "pipeline/report/answer.h"
#include "pipeline/report/findings.h"
#include "pipeline/report/plain_table.h"
#include "pipeline/report/report.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

using Row = std::vector<std::string>;

Row row_of(const Analysis& analysis, const Curve& curve, const Point& point) {
  const MethodFacts& method = analysis.methods[curve.method];
  Row row = {&point == &curve.points.front() ? method.name : "",
             milestone_text(point.milestone, method.unit),
             short_number(point.forward_equivalents),
             short_number(point.flops / 1e9),
             percent(point.score.accuracy),
             points(point.gain.gain),
             points_range(point.gain.over_models),
             p_value(point.gain.p_models),
             fmt::format("{}/{}", point.gain.fixed, point.gain.broken),
             p_value(point.gain.p_mcnemar)};
  for (std::string& cell : row) cell = plain(cell);
  return row;
}

std::string section_table(const Analysis& analysis, const Section& section) {
  const std::string interval = fmt::format("{:g} % over models", 100 * analysis.confidence);
  std::vector<Row> rows = {{"method", "at", "forwards", "GFLOP", "accuracy %", "gain", interval, "p",
                            "fixed/broken", "McNemar p"}};
  for (size_t method = 0; method < analysis.methods.size(); ++method) {
    const Curve& curve = curve_of(section, static_cast<int>(method));
    for (const Point& point : curve.points) rows.push_back(row_of(analysis, curve, point));
  }
  return plain(fmt::format("{}: {} x {}{}\n", section.group, counted(section.samples, "sample", "samples"),
                           counted(static_cast<int64_t>(section.models.size()), "model", "models"),
                           section.split == Split::tune ? ", split tune (not for reporting)" : "")) +
         aligned(rows);
}

/// The report's own words, less the figures that are in the table above.
std::string finding_text(const Finding& finding) {
  const std::string tests = finding.tests.empty() ? "" : plain(finding.tests) + ".";
  return plain(fmt::format("  * {}\n", finding.head)) + wrapped(tests, "    ");
}

}  // namespace

std::string terminal_table(const Analysis& analysis) {
  std::string text;
  if (analysis.partial) text += "PARTIAL RESULTS: some units of this run are missing\n";
  for (const Section& section : analysis.sections) {
    const std::string answer = answer_text(analysis, section);
    text +=
        (text.empty() ? "" : "\n") + answer + (answer.empty() ? "" : "\n") + section_table(analysis, section);
    for (const Finding& finding : findings(analysis, section)) text += finding_text(finding);
  }
  return text;
}

}  // namespace ttt
