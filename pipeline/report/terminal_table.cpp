#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "pipeline/report/findings.h"
#include "pipeline/report/report.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

/// Plain ASCII: batch logs know no locale.
std::string plain(std::string text) {
  const std::pair<std::string_view, std::string_view> replacements[] = {
      {"−", "-"}, {"–", "-"}, {"…", ".."}, {"→", "->"}, {"×", "x"}, {"µ", "u"}, {"\u202f", " "}};
  for (const auto& [from, to] : replacements)
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  return text;
}

using Row = std::vector<std::string>;

/// Columns as wide as their widest entry; the first to the left, the others to the right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    std::string line = fmt::format("  {:<{}}", row[0], widths[0]);
    for (size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    text += line + "\n";
  }
  return text;
}

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

/// Words in lines of at most about a hundred characters, each after `indent`.
std::string wrapped(const std::string& text, const std::string& indent) {
  constexpr size_t longest = 100;
  std::string lines, line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > longest)
      lines += indent + std::exchange(line, "") + "\n";
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? lines : lines + indent + line + "\n";
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
    text += (text.empty() ? "" : "\n") + section_table(analysis, section);
    for (const Finding& finding : findings(analysis, section)) text += finding_text(finding);
  }
  return text;
}

}  // namespace ttt
