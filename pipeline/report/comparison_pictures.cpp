#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/chart.h"
#include "pipeline/report/comparison.h"
#include "pipeline/report/scale.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

constexpr double row_height = 26, name_width = 230, plot_width = 440, top = 36;

/// Methods with a milestone that both jobs have.
std::vector<const PairedMethod*> drawable(const PairedSection& section) {
  std::vector<const PairedMethod*> methods;
  for (const PairedMethod& method : section.methods)
    if (!method.points.empty()) methods.push_back(&method);
  return methods;
}

/// Over models where they say anything, else over base images.
Interval interval_of(const Effect& effect) {
  return std::isfinite(effect.over_models.low) ? effect.over_models : effect.bootstrap;
}

Scale difference_scale(double of_one, const std::vector<const PairedMethod*>& methods) {
  double low = -0.001, high = 0.001;  // a tenth of a point
  const auto widen = [&](double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  };
  for (const PairedMethod* method : methods) {
    const Effect& effect = method->points.back().difference;
    widen(interval_of(effect).low);
    widen(interval_of(effect).high);
    for (const double one : effect.by_model) widen(one);
  }
  const auto [first, last] = widened(of_one * low, of_one * high, 0.05);
  return Scale::linear(first, last, name_width, name_width + plot_width);
}

void draw_row(Svg& svg, const ScoreFamily& score, const PairedSection& section, const PairedMethod& method,
              const Scale& scale, double y) {
  const Effect& effect = method.points.back().difference;
  const Interval interval = interval_of(effect);
  svg.text({name_width - 12, y + 4}, Anchor::end, "", method.name);
  if (std::isfinite(interval.low))
    svg.line({scale(score.scale * interval.low), y}, {scale(score.scale * interval.high), y}, "c0 bold");
  for (size_t m = 0; m < effect.by_model.size(); ++m)
    if (std::isfinite(effect.by_model[m]))
      svg.marker({scale(score.scale * effect.by_model[m]), y}, Marker::circle, 2.6, "c0 faint",
                 fmt::format("{}: {}", section.models[m], gain_text(score, effect.by_model[m])));
  if (!std::isfinite(effect.gain)) return;
  svg.marker({scale(score.scale * effect.gain), y}, Marker::circle, 5, "c0");
  svg.text({name_width + plot_width + 14, y + 4}, Anchor::start, "label c0", gain_text(score, effect.gain));
  svg.text({name_width + plot_width + 62, y + 4}, Anchor::start, "small soft",
           std::isfinite(effect.p_models) ? fmt::format("{} over models", p_is(effect.p_models))
                                          : fmt::format("{} {}", p_is(effect.p_samples), score.words.test));
}

Series series_of(const ScoreFamily& score, const PairedMethod& method, const std::string& name,
                 SeriesStyle style, double PairedPoint::*cost, double PairedPoint::*value) {
  Series series{name, std::move(style), {}, false, false};
  for (const PairedPoint& point : method.points)
    series.points.push_back({point.*cost,
                             score.scale * point.*value,
                             {},
                             fmt::format("{}, {}: {}{}", name, milestone_text(point.milestone, method.unit),
                                         value_text(score, point.*value), score.words.unit)});
  return series;
}

std::vector<Series> both(const JobComparison& comparison, const PairedMethod& method) {
  const ScoreFamily& score = *comparison.score;
  return {series_of(score, method, comparison.name_a, {"c1 dashed", Marker::square}, &PairedPoint::cost_a,
                    &PairedPoint::value_a),
          series_of(score, method, comparison.name_b, {"c0 bold", Marker::circle}, &PairedPoint::cost_b,
                    &PairedPoint::value_b)};
}

}  // namespace

Figure difference_figure(const JobComparison& comparison, const PairedSection& section) {
  const auto methods = drawable(section);
  const double bottom = top + row_height * static_cast<double>(methods.size());
  Figure figure{
      "differences",
      fmt::format("Difference in {} of every method between the two jobs", comparison.score->words.value),
      "",
      {},
      {},
      1};
  Svg svg(900, bottom + 42, figure.label);
  const Scale scale = difference_scale(comparison.score->scale, methods);
  for (const double tick : scale.ticks(7)) {
    svg.line({scale(tick), top}, {scale(tick), bottom}, tick == 0 ? "axis" : "grid");
    svg.text({scale(tick), bottom + 16}, Anchor::middle, "small soft", short_number(tick));
  }
  svg.text({name_width + plot_width / 2, bottom + 32}, Anchor::middle, "small soft",
           comparison.score->lower_is_better
               ? fmt::format("{} that {} saves over {}", comparison.score->words.value, comparison.name_b,
                             comparison.name_a)
               : fmt::format("{} of {} less that of {}, {}", comparison.score->words.value, comparison.name_b,
                             comparison.name_a, comparison.score->words.gain_unit));
  for (size_t i = 0; i < methods.size(); ++i)
    draw_row(svg, *comparison.score, section, *methods[i], scale,
             top + row_height * (static_cast<double>(i) + 0.5));
  svg.marker({name_width + 6, 16}, Marker::circle, 5, "c0");
  svg.text({name_width + 18, 20}, Anchor::start, "small", "mean and interval");
  svg.marker({name_width + 158, 16}, Marker::circle, 2.6, "c0 faint");
  svg.text({name_width + 168, 20}, Anchor::start, "small", "each source model");
  figure.parts = {svg};
  return figure;
}

Figure paired_curves_figure(const JobComparison& comparison, const PairedSection& section) {
  const std::string value = with_capital(comparison.score->words.value);
  Figure figure{"paired_curves", value + " against cost of both jobs, method by method", "", {}, {}, 3};
  for (const PairedMethod* method : drawable(section)) {
    const std::vector<Series> series = both(comparison, *method);
    Svg svg(320, 240, value + " against cost: " + method->name);
    Panel panel;
    panel.corner = {48, 30};
    panel.width = 260;
    panel.height = 160;
    panel.title = method->name;
    panel.x_label = "cost of a sample, forward-equivalents";
    panel.y_label = value_axis(*comparison.score);
    panel.logarithmic_x = true;
    draw_panel(svg, panel, series);
    figure.parts.push_back(svg);
    figure.legend = series;
  }
  return figure;
}

}  // namespace ttt
