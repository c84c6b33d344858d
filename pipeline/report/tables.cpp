#include "pipeline/report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/html.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

using Rows = std::vector<std::vector<Cell>>;

Cell coloured(const Effect& effect) { return {points(effect.gain), effect.gain > 0 ? "good" : "bad"}; }

/// A gain, coloured when its p-value says it is one.
Cell gain_cell(const Analysis& analysis, const Effect& effect, double p) {
  return is_small(analysis, p) && effect.gain != 0 ? coloured(effect) : Cell{points(effect.gain)};
}

/// A gain, coloured when it is claimed without reserve.
Cell gain_cell(const Analysis& analysis, const Effect& effect) {
  return is_claimed(analysis, effect) ? coloured(effect) : Cell{points(effect.gain)};
}

std::string percent_of(const Analysis& analysis) { return fmt::format("{:g} %", 100 * analysis.confidence); }

std::string flips(const Effect& effect) { return fmt::format("{} / {}", effect.fixed, effect.broken); }

std::vector<Cell> curve_row(const Analysis& analysis, const Curve& curve, const Point& point) {
  const MethodFacts& method = analysis.methods[curve.method];
  const bool first = &point == &curve.points.front();
  return {{first ? method.name : ""},
          {milestone_text(point.milestone, method.unit)},
          {short_number(point.forward_equivalents)},
          {flops_text(point.flops)},
          {percent(point.score.accuracy)},
          {percent_range(point.score.wilson)},
          gain_cell(analysis, point.gain),
          {points_range(point.gain.over_models)},
          {p_value(point.gain.p_models)},
          {points_range(point.gain.bootstrap)},
          {flips(point.gain)},
          {p_value(point.gain.p_mcnemar)},
          {percent(point.calibration_error)}};
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
  return html_table(
      {"method", "stopped at", "forwards", "cost", "accuracy, %", "Wilson " + percent_of(analysis),
       "gain, points", percent_of(analysis) + " over models", "p over models",
       percent_of(analysis) + " bootstrap", "fixed / broken", "McNemar p", "ECE, %"},
      rows, groups);
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
         {points_range(match.gain.over_models)},
         {p_value(match.gain.p_models)},
         {points_range(match.gain.bootstrap)},
         {flips(match.gain)},
         {p_value(match.gain.p_mcnemar)}});
  }
  return html_table({"stopped at", "cost", "rival", "rival stopped at", "rival's cost",
                     "gain over it, points", percent_of(analysis) + " over models", "p over models",
                     percent_of(analysis) + " bootstrap", "only it / only rival right", "McNemar p"},
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
                    {percent(source_accuracy(last))},
                    {percent(last.score.accuracy)},
                    gain_cell(analysis, effect,
                              effect.by_model.size() > 1 ? effect.p_models_holm : effect.p_mcnemar_holm),
                    {points_range(effect.over_models)},
                    {p_value(effect.p_models)},
                    {p_value(effect.p_models_holm)},
                    {flips(effect)},
                    {p_value(effect.p_mcnemar)},
                    {p_value(effect.p_mcnemar_holm)},
                    {vote ? points(row.over_vote->gain.gain) : points(undefined)},
                    {vote ? p_value(honest_p(row.over_vote->gain)) : p_value(undefined)}});
  }
  return html_table({"shift", "n", "source, %", "adapted, %", "gain, points",
                     percent_of(analysis) + " over models", "p over models", "Holm", "fixed / broken",
                     "McNemar p", "Holm", "over " + vote_name(analysis) + ", points", "p"},
                    rows);
}

std::string model_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  for (const std::string& model : section.models) {
    const Point& last = curve_of(section, *analysis.under_test, model).points.back();
    rows.push_back({{model},
                    {grouped(last.gain.n)},
                    {percent(source_accuracy(last))},
                    {percent(last.score.accuracy)},
                    gain_cell(analysis, last.gain, last.gain.p_mcnemar),
                    {points_range(last.gain.bootstrap)},
                    {flips(last.gain)},
                    {p_value(last.gain.p_mcnemar)}});
  }
  return html_table({"source model", "n", "source, %", "adapted, %", "gain, points",
                     percent_of(analysis) + " bootstrap by base image", "fixed / broken", "McNemar p"},
                    rows);
}

std::string placebo_table(const Analysis& analysis, const Section& section) {
  Rows rows;
  for (const PlaceboCheck& check : section.placebos)
    rows.push_back({{analysis.methods[check.placebo].name},
                    {milestone_text(check.milestone, "steps")},
                    gain_cell(analysis, check.placebo_gain),
                    {points_range(check.placebo_gain.over_models)},
                    gain_cell(analysis, check.gain),
                    {points_range(check.gain.over_models)},
                    {p_value(check.gain.p_models)},
                    {p_value(check.gain.p_mcnemar)}});
  return html_table(
      {"placebo", "after", "its gain, points", percent_of(analysis) + " over models",
       "lead of the real thing, points", percent_of(analysis) + " over models", "p over models", "McNemar p"},
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
