#include "pipeline/report/choice_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "pipeline/report/figure.h"
#include "pipeline/report/html.h"
#include "pipeline/report/plain_table.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

/// The chosen method at the chosen milestone on the split report, in the first section; null without.
const Point* reported(const Analysis& analysis, const SweptPoint& chosen) {
  const auto method = std::ranges::find(analysis.methods, chosen.method, &MethodFacts::name);
  if (method == analysis.methods.end()) return nullptr;
  for (const Section& section : analysis.sections) {
    if (section.split != Split::report) continue;
    const auto index = static_cast<int>(method - analysis.methods.begin());
    for (const Point& point : curve_of(section, index).points)
      if (point.milestone == chosen.milestone) return &point;
  }
  return nullptr;
}

std::string sentence(const Analysis& analysis, const SweepChoices& choices, const SweepChoice& choice) {
  const ScoreFamily& score = score_family_named(choices.score);
  const SweptPoint& chosen = choice.points[choice.chosen];
  std::string text = fmt::format(
      "Of the sweep {}, {} at {} was chosen: {}{} on the split tune, the best of {} points ({} x {}).",
      choice.table, chosen.method, milestone_text(chosen.milestone, choice.unit),
      value_text(score, chosen.value), score.words.unit,
      std::ranges::count_if(choice.points, [](const SweptPoint& p) { return p.milestone > 0; }),
      counted(choices.samples, "sample", "samples"), counted(choices.models, "model", "models"));
  if (std::isfinite(chosen.gain) && chosen.gain <= 0)
    text += " Even there it gains nothing over the source model.";
  if (const Point* point = reported(analysis, chosen))
    text += fmt::format(" On the split report, where nothing was chosen, it has {}{} ({} {}).",
                        value_text(score, point->score.value), score.words.unit,
                        gain_text(score, point->gain.gain), score.words.gained);
  return text;
}

/// The number behind the only key that a method's name carries: "ttt-learning_rate=0.01" -> 0.01.
std::optional<double> swept_value(const std::string& table, const std::string& method) {
  const size_t equals = method.find('=');
  if (equals == method.npos || method.find('=', equals + 1) != method.npos) return std::nullopt;
  double value = 0;
  const char* const end = method.data() + method.size();
  const auto read = std::from_chars(method.data() + equals + 1, end, value);
  if (read.ec != std::errc() || read.ptr != end || !method.starts_with(table)) return std::nullopt;
  return value;
}

std::string swept_key(const SweepChoice& choice) {
  const std::string& method = choice.points.front().method;
  const size_t first = choice.table.size() + 1;
  return method.substr(first, method.find('=') - first);
}

/// Value on tune against the swept value, a curve a milestone, the chosen one's first.
std::vector<Series> series_of(const ScoreFamily& score, const SweepChoice& choice) {
  std::vector<Series> all;
  for (const SweptPoint& point : choice.points) {
    const auto value = swept_value(choice.table, point.method);
    if (!value) return {};
    if (point.milestone == 0) continue;
    const std::string name = milestone_text(point.milestone, choice.unit);
    auto found = std::ranges::find(all, name, &Series::name);
    if (found == all.end()) {
      const bool is_chosen = point.milestone == choice.points[choice.chosen].milestone;
      const std::string colour = "c" + std::to_string(1 + all.size() % 6);
      all.push_back({name, {is_chosen ? "c0 bold" : colour, Marker::circle}, {}, false, false});
      found = std::prev(all.end());
    }
    found->points.push_back({*value, score.scale * point.value, {}, point.method});
  }
  for (Series& series : all) std::ranges::sort(series.points, {}, &ChartPoint::x);
  return all;
}

std::string picture(const ScoreFamily& score, const SweepChoice& choice) {
  const std::vector<Series> series = series_of(score, choice);
  if (series.empty() || series.front().points.size() < 2) return "";
  const std::string value = with_capital(score.words.value);
  Figure figure{"sweep", value + " on the split tune against " + swept_key(choice), "", series, {}, 1};
  Panel panel;
  panel.corner = {52, 36};
  panel.width = 620;
  panel.height = 236;
  panel.title = value + " on the split tune";
  if (!score.words.axis.empty()) panel.title += fmt::format(", {}", score.words.axis);
  panel.x_label = swept_key(choice);
  const auto& values = series.front().points;
  panel.logarithmic_x = values.front().x > 0 && values.back().x / values.front().x >= 8;
  figure.parts = {Svg(760, 320, figure.label)};
  draw_panel(figure.parts[0], panel, series);
  return figure_html(figure, "What the choice was made on. The bold curve is that of the chosen milestone.");
}

std::string table_html(const ScoreFamily& score, const SweepChoice& choice) {
  std::vector<std::vector<Cell>> rows;
  std::vector<size_t> groups;
  for (size_t i = 0; i < choice.points.size(); ++i) {
    const SweptPoint& p = choice.points[i];
    const bool first = i == 0 || choice.points[i - 1].method != p.method;
    if (first) groups.push_back(i);
    const std::string_view tone = i == choice.chosen ? "good" : "";
    rows.push_back({{first ? p.method : ""},
                    {milestone_text(p.milestone, choice.unit)},
                    {short_number(p.cost)},
                    {value_text(score, p.value), tone},
                    {gain_text(score, p.gain), tone},
                    {gain_range(score, {p.gain_low, p.gain_high})},
                    {p_value(p.p)},
                    {i == choice.chosen ? "chosen" : ""}});
  }
  std::string value = fmt::format("{} on tune", score.words.value);
  if (!score.words.axis.empty()) value += fmt::format(", {}", score.words.axis);
  return html_table(
      {"method", "stopped at", "forwards", value, gain_heading(score), "over models", "p over models", ""},
      rows, groups);
}

}  // namespace

std::string choices_html(const Analysis& analysis, const SweepChoices& choices) {
  if (choices.choices.empty()) return "";
  const ScoreFamily& score = score_family_named(choices.score);
  std::string text = html_heading(2, "What was chosen on the split tune", "choice");
  for (const SweepChoice& choice : choices.choices)
    text += html_paragraph(sentence(analysis, choices, choice)) + picture(score, choice) +
            html_folded(choice.table + ": every point of the sweep", table_html(score, choice));
  return text;
}

std::string choices_text(const Analysis& analysis, const SweepChoices& choices) {
  std::string text;
  for (const SweepChoice& choice : choices.choices)
    text += wrapped("* " + plain(sentence(analysis, choices, choice)), "  ");
  return text;
}

std::string choices_table(const SweepChoices& choices) {
  const ScoreFamily& score = score_family_named(choices.score);
  std::string value = fmt::format("tune {}", score.words.value);
  if (!score.words.axis.empty()) value += fmt::format(" {}", score.words.axis);
  std::vector<std::vector<std::string>> rows = {
      {"method", "at", "forwards", value, std::string(score.words.gain), "over models", "p", ""}};
  for (const SweepChoice& choice : choices.choices)
    for (size_t i = 0; i < choice.points.size(); ++i) {
      const SweptPoint& p = choice.points[i];
      const bool first = i == 0 || choice.points[i - 1].method != p.method;
      rows.push_back({first ? p.method : "", milestone_text(p.milestone, choice.unit), short_number(p.cost),
                      value_text(score, p.value), gain_text(score, p.gain),
                      gain_range(score, {p.gain_low, p.gain_high}), p_value(p.p),
                      i == choice.chosen ? "chosen" : ""});
    }
  for (auto& row : rows)
    for (std::string& cell : row) cell = plain(cell);
  return aligned(rows, 2);
}

}  // namespace ttt
