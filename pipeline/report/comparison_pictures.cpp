#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/chart.h"
#include "pipeline/report/comparison.h"
#include "pipeline/report/scale.h"
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

Scale difference_scale(const std::vector<const PairedMethod*>& methods) {
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
  const auto [first, last] = widened(100 * low, 100 * high, 0.05);
  return Scale::linear(first, last, name_width, name_width + plot_width);
}

void draw_row(Svg& svg, const PairedSection& section, const PairedMethod& method, const Scale& scale,
              double y) {
  const Effect& effect = method.points.back().difference;
  const Interval interval = interval_of(effect);
  svg.text({name_width - 12, y + 4}, Anchor::end, "", method.name);
  if (std::isfinite(interval.low))
    svg.line({scale(100 * interval.low), y}, {scale(100 * interval.high), y}, "c0 bold");
  for (size_t m = 0; m < effect.by_model.size(); ++m)
    if (std::isfinite(effect.by_model[m]))
      svg.marker({scale(100 * effect.by_model[m]), y}, Marker::circle, 2.6, "c0 faint",
                 fmt::format("{}: {}", section.models[m], points(effect.by_model[m])));
  if (!std::isfinite(effect.gain)) return;
  svg.marker({scale(100 * effect.gain), y}, Marker::circle, 5, "c0");
  svg.text({name_width + plot_width + 14, y + 4}, Anchor::start, "label c0", points(effect.gain));
  svg.text({name_width + plot_width + 62, y + 4}, Anchor::start, "small soft",
           std::isfinite(effect.p_models) ? fmt::format("{} over models", p_is(effect.p_models))
                                          : fmt::format("{} McNemar", p_is(effect.p_mcnemar)));
}

Series series_of(const PairedMethod& method, const std::string& name, SeriesStyle style,
                 double PairedPoint::*cost, double PairedPoint::*accuracy) {
  Series series{name, std::move(style), {}, false, false};
  for (const PairedPoint& point : method.points)
    series.points.push_back({point.*cost,
                             100 * point.*accuracy,
                             {},
                             fmt::format("{}, {}: {} %", name, milestone_text(point.milestone, method.unit),
                                         percent(point.*accuracy))});
  return series;
}

std::vector<Series> both(const PairedMethod& method, const std::string& name_a, const std::string& name_b) {
  return {
      series_of(method, name_a, {"c1 dashed", Marker::square}, &PairedPoint::cost_a,
                &PairedPoint::accuracy_a),
      series_of(method, name_b, {"c0 bold", Marker::circle}, &PairedPoint::cost_b, &PairedPoint::accuracy_b)};
}

}  // namespace

Figure difference_figure(const JobComparison& comparison, const PairedSection& section) {
  const auto methods = drawable(section);
  const double bottom = top + row_height * static_cast<double>(methods.size());
  Figure figure{"differences", "Difference in accuracy of every method between the two jobs", "", {}, {}, 1};
  Svg svg(900, bottom + 42, figure.label);
  const Scale scale = difference_scale(methods);
  for (const double tick : scale.ticks(7)) {
    svg.line({scale(tick), top}, {scale(tick), bottom}, tick == 0 ? "axis" : "grid");
    svg.text({scale(tick), bottom + 16}, Anchor::middle, "small soft", short_number(tick));
  }
  svg.text({name_width + plot_width / 2, bottom + 32}, Anchor::middle, "small soft",
           fmt::format("accuracy of {} less that of {}, points", comparison.name_b, comparison.name_a));
  for (size_t i = 0; i < methods.size(); ++i)
    draw_row(svg, section, *methods[i], scale, top + row_height * (static_cast<double>(i) + 0.5));
  svg.marker({name_width + 6, 16}, Marker::circle, 5, "c0");
  svg.text({name_width + 18, 20}, Anchor::start, "small", "mean and interval");
  svg.marker({name_width + 158, 16}, Marker::circle, 2.6, "c0 faint");
  svg.text({name_width + 168, 20}, Anchor::start, "small", "each source model");
  figure.parts = {svg};
  return figure;
}

Figure paired_curves_figure(const PairedSection& section, const std::string& name_a,
                            const std::string& name_b) {
  Figure figure{"paired_curves", "Accuracy against cost of both jobs, method by method", "", {}, {}, 3};
  for (const PairedMethod* method : drawable(section)) {
    const std::vector<Series> series = both(*method, name_a, name_b);
    Svg svg(320, 240, "Accuracy against cost: " + method->name);
    Panel panel;
    panel.corner = {48, 30};
    panel.width = 260;
    panel.height = 160;
    panel.title = method->name;
    panel.x_label = "cost of a sample, forward-equivalents";
    panel.y_label = "%";
    panel.logarithmic_x = true;
    draw_panel(svg, panel, series);
    figure.parts.push_back(svg);
    figure.legend = series;
  }
  return figure;
}

}  // namespace ttt
