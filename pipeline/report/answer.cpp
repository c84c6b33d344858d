#include "pipeline/report/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "pipeline/report/html.h"
#include "pipeline/report/plain_table.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

std::vector<std::string> header(const Analysis& analysis) {
  const std::string level = fmt::format("{:g} %", 100 * analysis.confidence);
  return {"use",
          "stopped at",
          "forwards",
          value_heading(*analysis.score),
          "n",
          fmt::format("{} {}", level, analysis.score->words.interval),
          gain_heading(*analysis.score),
          level + " over models",
          level + " bootstrap"};
}

/// The point's own figures on the samples of the section.
std::vector<Cell> figures(const Analysis& analysis, const Section& section, const Candidate& choice) {
  const MethodFacts& method = analysis.methods[choice.method];
  const Point& point = curve_of(section, choice.method).points[choice.point];
  const bool clear = is_claimed(analysis, point.gain) && point.gain.gain != 0;
  return {{choice.source ? "the source model" : method.name},
          {choice.source ? "as it is" : milestone_text(point.milestone, method.unit)},
          {short_number(point.forward_equivalents)},
          {value_text(*analysis.score, point.score.value)},
          {grouped(point.score.n)},
          {value_range(*analysis.score, point.score.interval)},
          {gain_text(*analysis.score, point.gain.gain), !clear                ? ""
                                                        : point.gain.gain > 0 ? "good"
                                                                              : "bad"},
          {gain_range(*analysis.score, point.gain.over_models)},
          {gain_range(*analysis.score, point.gain.bootstrap)}};
}

std::vector<std::string> answer_header(const Analysis& analysis) {
  std::vector<std::string> names = header(analysis);
  names.insert(names.begin(), "budget");
  return names;
}

std::vector<std::vector<Cell>> answer_rows(const Analysis& analysis, const Section& section) {
  std::vector<std::vector<Cell>> rows;
  for (size_t i = 0; i < budgets.size(); ++i) {
    std::vector<Cell> row = {{short_number(budgets[i])}};
    const std::optional<Candidate>& choice = section.best.choices[i];
    if (choice)
      std::ranges::move(figures(analysis, section, *choice), std::back_inserter(row));
    else
      row.push_back({"nothing costs so little"});
    row.resize(answer_header(analysis).size());
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Where the choice was made, and what that does to its figures.
std::string choice_note(const Section& section) {
  const std::string among = counted(section.best.competing, "point", "points");
  if (section.best.chosen_on != section.split)
    return fmt::format(
        "Chosen among {} on the split tune; the figures are of the split report, which had no part in the "
        "choice.",
        among);
  return fmt::format(
      "Chosen among {} on the same samples that give the figures, so these are optimistic; with run.split = "
      "\"all\" the choice is made on the split tune.",
      among);
}

std::string rules(const ScoreWords& words) {
  return fmt::format(
      "The {} point that costs at most the budget, in forward-equivalents a sample; of {} ones the cheapest. "
      "Placebos, controls and oracles do not compete.",
      words.best, words.equally_good);
}

std::string front_table(const Analysis& analysis, const Section& section) {
  std::vector<std::vector<Cell>> rows;
  for (const Candidate& choice : section.best.front) rows.push_back(figures(analysis, section, choice));
  const bool elsewhere = section.best.chosen_on != section.split;
  return html_folded(fmt::format("Pareto front: {} that no cheaper or equally dear one equals{}",
                                 counted(static_cast<int64_t>(rows.size()), "point", "points"),
                                 elsewhere ? " on the split tune" : ""),
                     html_table(header(analysis), rows));
}

}  // namespace

std::string answer_html(const Analysis& analysis, const Section& section) {
  if (is_for_tuning(analysis, section) || section.best.front.empty()) return "";
  return html_heading(3, "At this budget, use this") +
         html_table(answer_header(analysis), answer_rows(analysis, section), {}, "answer") +
         html_paragraph(fmt::format("{} {}", rules(analysis.score->words), choice_note(section)), "note") +
         front_table(analysis, section);
}

std::string answer_text(const Analysis& analysis, const Section& section) {
  if (is_for_tuning(analysis, section) || section.best.front.empty()) return "";
  std::vector<std::vector<std::string>> lines = {answer_header(analysis)};
  for (const std::vector<Cell>& row : answer_rows(analysis, section)) {
    lines.emplace_back();
    for (const Cell& cell : row) lines.back().push_back(plain(cell.text));
  }
  return plain(section.group) + ": at this budget (forward-equivalents a sample), use this\n" +
         aligned(lines, 3) + wrapped(choice_note(section), "  ");
}

}  // namespace ttt
