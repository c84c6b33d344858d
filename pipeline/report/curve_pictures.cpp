#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/figures.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

Panel cost_panel(Place corner, double width, double height) {
  Panel panel;
  panel.corner = corner;
  panel.width = width;
  panel.height = height;
  panel.x_label = "cost of a sample, forward-equivalents";
  panel.logarithmic_x = true;
  return panel;
}

Series empty_series(const Analysis& analysis, const Curve& curve) {
  return {analysis.methods[curve.method].name,
          method_styles(analysis)[curve.method],
          {},
          analysis.under_test == curve.method,
          analysis.methods[curve.method].role == Role::placebo};
}

std::string tip_of(const Analysis& analysis, const Curve& curve, const Point& point) {
  const MethodFacts& method = analysis.methods[curve.method];
  const ScoreFamily& score = *analysis.score;
  return fmt::format("{}, {}: {}{} [{}], {} {} {} [{}], cost {} forward-equivalents, n = {}", method.name,
                     milestone_text(point.milestone, method.unit), value_text(score, point.score.value),
                     score.words.unit, value_range(*analysis.score, point.score.interval), score.words.gain,
                     gain_text(score, point.gain.gain), score.words.gain_unit,
                     gain_range(*analysis.score, point.gain.over_models),
                     short_number(point.forward_equivalents), point.score.n);
}

Interval times(double scale, Interval interval) { return {scale * interval.low, scale * interval.high}; }

/// Value of the source model on a slice, as printed: the start of the method under test, else of any curve.
double source_value(const Analysis& analysis, const Section& section, const std::string& model,
                    const std::string& shift) {
  for (const int method : analysis.shortlist) {
    const Point& first = curve_of(section, method, model, shift).points.front();
    if (first.gain.better + first.gain.worse == 0 && first.gain.n > 0)
      return analysis.score->scale * first.score.value;
  }
  return undefined;
}

std::vector<Series> values_of_all(const Analysis& analysis, const Section& section, const std::string& model,
                                  const std::string& shift) {
  std::vector<Series> series;
  for (const int method : analysis.shortlist)
    series.push_back(value_series(analysis, curve_of(section, method, model, shift)));
  return series;
}

/// Many small panels: intervals of the method under test and of votes only, or nothing else could be seen.
void drop_other_bars(const Analysis& analysis, const std::vector<int>& methods, std::vector<Series>& series) {
  for (size_t i = 0; i < series.size(); ++i) {
    const Role role = analysis.methods[methods[i]].role;
    if (role == Role::tested || role == Role::vote) continue;
    for (ChartPoint& point : series[i].points) point.bar = {};
  }
}

std::string sample_text(const Section& section) {
  return fmt::format("{} × {}", counted(section.samples, "sample", "samples"),
                     counted(static_cast<int64_t>(section.models.size()), "source model", "source models"));
}

constexpr double part_height = 400, panel_top = 44, panel_height = 312;

Svg value_part(const Analysis& analysis, const Section& section, const std::vector<Series>& values,
               double width) {
  Panel panel = cost_panel({44, panel_top}, width, panel_height);
  panel.title = with_capital(value_heading(*analysis.score));
  panel.subtitle = sample_text(section);
  panel.flops_per_x = analysis.source_flops;
  panel.reference = source_value(analysis, section, "", "");
  panel.reference_label = "source model";
  Svg svg(44 + width + 14, part_height,
          with_capital(analysis.score->words.value) + " against cost, every method");
  draw_panel(svg, panel, values);
  return svg;
}

Svg gain_part(const Analysis& analysis, const std::vector<Series>& gains, double width) {
  Panel panel = cost_panel({44, panel_top}, width, panel_height);
  panel.title = analysis.score->words.over_source;
  panel.subtitle = "intervals over models";
  panel.flops_per_x = analysis.source_flops;
  panel.reference = 0;
  panel.label_ends = true;
  Svg svg(44 + width + end_label_width(gains), part_height, "Gain against cost, every method");
  draw_panel(svg, panel, gains);
  return svg;
}

/// Value of every method on one slice: (model or "", shift or "").
Svg slice_part(const Analysis& analysis, const Section& section, const std::string& model,
               const std::string& shift) {
  std::vector<Series> series = values_of_all(analysis, section, model, shift);
  drop_other_bars(analysis, analysis.shortlist, series);
  const int64_t n = curve_of(section, analysis.shortlist.front(), model, shift).points.back().score.n;
  const std::string title = shift.empty() ? model : shift;
  Svg svg(320, 240, with_capital(analysis.score->words.value) + " against cost: " + title);
  Panel panel = cost_panel({48, 30}, 260, 160);
  panel.title = title;
  panel.subtitle = fmt::format("n = {}", grouped(n));
  panel.y_label = value_axis(*analysis.score);
  panel.reference = source_value(analysis, section, model, shift);
  draw_panel(svg, panel, series);
  return svg;
}

}  // namespace

Series value_series(const Analysis& analysis, const Curve& curve) {
  Series series = empty_series(analysis, curve);
  for (const Point& point : curve.points)
    series.points.push_back({point.forward_equivalents, analysis.score->scale * point.score.value,
                             times(analysis.score->scale, point.score.interval),
                             tip_of(analysis, curve, point)});
  return series;
}

Series gain_series(const Analysis& analysis, const Curve& curve) {
  Series series = empty_series(analysis, curve);
  for (const Point& point : curve.points)
    series.points.push_back({point.forward_equivalents, analysis.score->scale * point.gain.gain,
                             times(analysis.score->scale, point.gain.over_models),
                             tip_of(analysis, curve, point)});
  return series;
}

Figure curve_figure(const Analysis& analysis, const Section& section) {
  Figure figure =
      blank_figure(analysis, section, "curve",
                   with_capital(analysis.score->words.value) + " and gain against cost, every method");
  std::vector<Series> gains;
  for (const int method : analysis.shortlist)
    gains.push_back(gain_series(analysis, curve_of(section, method)));
  figure.legend = values_of_all(analysis, section, "", "");
  figure.columns = 2;
  const double width = (992 - 44 - 14 - 44 - end_label_width(gains)) / 2;
  figure.parts = {value_part(analysis, section, figure.legend, width), gain_part(analysis, gains, width)};
  return figure;
}

Figure by_shift_figure(const Analysis& analysis, const Section& section) {
  Figure figure = blank_figure(analysis, section, "by_shift",
                               with_capital(analysis.score->words.value) + " against cost on every shift");
  figure.legend = values_of_all(analysis, section, "", "");
  figure.columns = 3;
  for (const std::string& shift : section.shifts)
    figure.parts.push_back(slice_part(analysis, section, "", shift));
  return figure;
}

Figure by_model_figure(const Analysis& analysis, const Section& section) {
  Figure figure =
      blank_figure(analysis, section, "by_model",
                   with_capital(analysis.score->words.value) + " against cost under every source model");
  figure.legend = values_of_all(analysis, section, "", "");
  figure.columns = 3;
  for (const std::string& model : section.models)
    figure.parts.push_back(slice_part(analysis, section, model, ""));
  return figure;
}

Figure spread_figure(const Analysis& analysis, const Section& section) {
  Figure figure = blank_figure(analysis, section, "spread", "Gain against cost, every source model");
  std::vector<Series> series = {gain_series(analysis, curve_of(section, *analysis.under_test))};
  series[0].name = "mean";
  for (const std::string& model : section.models) {
    Series one = gain_series(analysis, curve_of(section, *analysis.under_test, model));
    one.name = model;
    one.style = {"c0 thin", Marker::circle};
    one.band = false;
    for (ChartPoint& point : one.points) point.bar = {};
    series.push_back(std::move(one));
  }
  Panel panel = cost_panel({52, 36}, 700 - end_label_width(series), 236);
  panel.title = analysis.score->words.over_source;
  panel.subtitle = "each model, and their mean with the interval over models";
  panel.reference = 0;
  panel.label_ends = true;
  figure.parts = {Svg(760, 320, figure.label)};
  draw_panel(figure.parts[0], panel, series);
  return figure;
}

}  // namespace ttt
