#include "pipeline/report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/html.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

using Rows = std::vector<std::vector<Cell>>;

Cell coloured(const ScoreFamily& score, const Effect& effect) {
  return {gain_text(score, effect.gain), effect.gain > 0 ? "good" : "bad"};
}

/// A gain, coloured when its p-value says it is one.
Cell gain_cell(const Analysis& analysis, const Effect& effect, double p) {
  return is_small(analysis, p) && effect.gain != 0 ? coloured(*analysis.score, effect)
                                                   : Cell{gain_text(*analysis.score, effect.gain)};
}

/// A gain, coloured when it is claimed without reserve.
Cell gain_cell(const Analysis& analysis, const Effect& effect) {
  return is_claimed(analysis, effect) ? coloured(*analysis.score, effect)
                                      : Cell{gain_text(*analysis.score, effect.gain)};
}

std::string percent_of(const Analysis& analysis) { return fmt::format("{:g} %", 100 * analysis.confidence); }

std::string test_heading(const ScoreFamily& score) { return fmt::format("{} p", score.words.test); }

std::string flips(const Effect& effect) { return fmt::format("{} / {}", effect.better, effect.worse); }

std::vector<Cell> curve_row(const Analysis& analysis, const Curve& curve, const Point& point) {
  const MethodFacts& method = analysis.methods[curve.method];
  const bool first = &point == &curve.points.front();
  std::vector<Cell> row = {{first ? method.name : ""},
                           {milestone_text(point.milestone, method.unit)},
                           {short_number(point.forward_equivalents)},
                           {flops_text(point.flops)},
                           {value_text(*analysis.score, point.score.value)},
                           {value_range(*analysis.score, point.score.interval)},
                           gain_cell(analysis, point.gain),
                           {gain_range(*analysis.score, point.gain.over_models)},
                           {p_value(point.gain.p_models)},
                           {gain_range(*analysis.score, point.gain.bootstrap)},
                           {flips(point.gain)},
                           {p_value(point.gain.p_samples)}};
  std::vector<Cell>::iterator after_value = row.begin() + 6;
  for (size_t i = 0; i < point.beside.size(); ++i)
    after_value = row.insert(after_value, {side_text(analysis.score->beside[i], point.beside[i])}) + 1;
  if (analysis.score->has_confidence) row.push_back({percent(point.calibration_error)});
  return row;
}

std::vector<std::string> family_header(const Analysis& analysis) {
  const ScoreFamily& score = *analysis.score;
  const std::string level = percent_of(analysis);
  std::vector<std::string> names = {"method", "stopped at", "forwards", "cost", value_heading(score)};
  names.push_back(score.right_or_wrong ? fmt::format("{} {}", score.words.interval, level)
                                       : fmt::format("{} {}", level, score.words.interval));
  for (const SideFigure& figure : score.beside) names.emplace_back(figure.heading);
  names.insert(names.end(), {gain_heading(score), level + " over models", "p over models",
                             level + " bootstrap", change_heading(score), test_heading(score)});
  if (score.has_confidence) names.push_back("ECE, %");
  return names;
}

/// The vote that shifts are compared with: the first one of the spec.
std::string vote_name(const Analysis& analysis) {
  const auto vote = std::ranges::find(analysis.methods, Role::vote, &MethodFacts::role);
  return vote == analysis.methods.end() ? "the vote" : vote->name;
}

}  // namespace

std::string family_table(const Analysis& analysis, const Section& section, const Family& family) {
  Rows rows;
  std::vector<size_t> groups;
  for (const Member& member : family.members) {
    const Curve& curve = curve_of(section, member.method);
    groups.push_back(rows.size());
    for (const Point& point : curve.points) rows.push_back(curve_row(analysis, curve, point));
  }
  return html_table(family_header(analysis), rows, groups);
}

std::string equal_cost_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  std::vector<size_t> groups;
  for (size_t i = 0; i < section.equal_cost.size(); ++i) {
    const EqualCost& match = section.equal_cost[i];
    const MethodFacts& rival = analysis.methods[match.rival];
    if (i == 0 || section.equal_cost[i - 1].rival != match.rival) groups.push_back(i);
    rows.push_back(
        {{milestone_text(match.milestone, analysis.methods[*analysis.under_test].unit)},
         {short_number(match.forward_equivalents)},
         {rival.name},
         {milestone_text(match.rival_milestone, rival.unit) + (match.ran_out ? " (all it has)" : "")},
         {short_number(match.rival_forward_equivalents)},
         gain_cell(analysis, match.gain),
         {gain_range(*analysis.score, match.gain.over_models)},
         {p_value(match.gain.p_models)},
         {gain_range(*analysis.score, match.gain.bootstrap)},
         {flips(match.gain)},
         {p_value(match.gain.p_samples)}});
  }
  return html_table(
      {"stopped at", "cost", "rival", "rival stopped at", "rival's cost",
       fmt::format("gain over it, {}", analysis.score->words.gain_unit),
       percent_of(analysis) + " over models", "p over models", percent_of(analysis) + " bootstrap",
       rival_heading(*analysis.score, "it", "rival"), test_heading(*analysis.score)},
      rows, groups);
}

std::string shift_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  for (const ShiftGain& row : section.shift_gains) {
    const Point& last = curve_of(section, *analysis.under_test, "", row.shift).points.back();
    const Effect& effect = row.over_source;
    const bool vote = row.over_vote.has_value();
    rows.push_back({{row.shift},
                    {grouped(effect.n)},
                    {value_text(*analysis.score, source_value(last, *analysis.score))},
                    {value_text(*analysis.score, last.score.value)},
                    gain_cell(analysis, effect,
                              effect.by_model.size() > 1 ? effect.p_models_holm : effect.p_samples_holm),
                    {gain_range(*analysis.score, effect.over_models)},
                    {p_value(effect.p_models)},
                    {p_value(effect.p_models_holm)},
                    {flips(effect)},
                    {p_value(effect.p_samples)},
                    {p_value(effect.p_samples_holm)},
                    {vote ? gain_text(*analysis.score, row.over_vote->gain.gain)
                          : gain_text(*analysis.score, undefined)},
                    {vote ? p_value(honest_p(row.over_vote->gain)) : p_value(undefined)}});
  }
  return html_table(
      {"shift", "n", "source, " + value_axis(*analysis.score), "adapted, " + value_axis(*analysis.score),
       gain_heading(*analysis.score), percent_of(analysis) + " over models", "p over models", "Holm",
       change_heading(*analysis.score), test_heading(*analysis.score), "Holm",
       fmt::format("over {}, {}", vote_name(analysis), analysis.score->words.gain_unit), "p"},
      rows);
}

std::string model_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  for (const std::string& model : section.models) {
    const Point& last = curve_of(section, *analysis.under_test, model).points.back();
    rows.push_back({{model},
                    {grouped(last.gain.n)},
                    {value_text(*analysis.score, source_value(last, *analysis.score))},
                    {value_text(*analysis.score, last.score.value)},
                    gain_cell(analysis, last.gain, last.gain.p_samples),
                    {gain_range(*analysis.score, last.gain.bootstrap)},
                    {flips(last.gain)},
                    {p_value(last.gain.p_samples)}});
  }
  return html_table({"source model", "n", "source, " + value_axis(*analysis.score),
                     "adapted, " + value_axis(*analysis.score), gain_heading(*analysis.score),
                     percent_of(analysis) + fmt::format(" bootstrap by {}", analysis.score->words.base),
                     change_heading(*analysis.score), test_heading(*analysis.score)},
                    rows);
}

std::string placebo_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  for (const PlaceboCheck& check : section.placebos)
    rows.push_back({{analysis.methods[check.placebo].name},
                    {milestone_text(check.milestone, "steps")},
                    gain_cell(analysis, check.placebo_gain),
                    {gain_range(*analysis.score, check.placebo_gain.over_models)},
                    gain_cell(analysis, check.gain),
                    {gain_range(*analysis.score, check.gain.over_models)},
                    {p_value(check.gain.p_models)},
                    {p_value(check.gain.p_samples)}});
  return html_table({"placebo", "after", fmt::format("its gain, {}", analysis.score->words.gain_unit),
                     percent_of(analysis) + " over models",
                     fmt::format("lead of the real thing, {}", analysis.score->words.gain_unit),
                     percent_of(analysis) + " over models", "p over models", test_heading(*analysis.score)},
                    rows);
}

std::string episode_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  for (size_t i = 0; i < analysis.methods.size(); ++i) {
    const EpisodeCounts& counts = section.methods[i].episodes;
    rows.push_back({{analysis.methods[i].name},
                    {analysis.methods[i].kind},
                    {grouped(counts.ok)},
                    {grouped(counts.skipped)},
                    {grouped(counts.diverged), counts.diverged > 0 ? "bad" : ""},
                    {grouped(counts.bad_input)},
                    {grouped(counts.missing), counts.missing > 0 ? "bad" : ""},
                    {seconds_text(section.methods[i].seconds_per_sample)}});
  }
  return html_table(
      {"method", "kind", "ok", "skipped", "diverged", "bad input", "missing", "measured, a sample"}, rows);
}

}  // namespace ttt
