#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/figures.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

Panel step_panel(Place corner, double width, double height) {
  Panel panel;
  panel.corner = corner;
  panel.width = width;
  panel.height = height;
  panel.x_label = "gradient steps taken";
  panel.whole_x = true;
  return panel;
}

bool adapts(const Analysis& analysis, int method) { return analysis.methods[method].steps > 0; }

Series auxiliary_series(const Analysis& analysis, const Section& section, int method) {
  Series series{analysis.methods[method].name,
                method_styles(analysis)[method],
                {},
                analysis.under_test == method,
                false};
  const AuxiliaryTrace& trace = section.methods[method].auxiliary;
  for (size_t step = 0; step < trace.mean.size(); ++step)
    series.points.push_back(
        {static_cast<double>(step), trace.mean[step], trace.over_models[step],
         fmt::format("{}, after {}: {} nats", series.name, milestone_text(static_cast<int>(step), "steps"),
                     short_number(trace.mean[step]))});
  return series;
}

Series main_series(const Analysis& analysis, const Section& section, int method) {
  Series series{analysis.methods[method].name, method_styles(analysis)[method], {}, false, false};
  for (const Point& point : curve_of(section, method).points)
    series.points.push_back(
        {static_cast<double>(point.milestone),
         point.main_loss,
         {},
         fmt::format("{}, {}: {} nats", series.name, milestone_text(point.milestone, "steps"),
                     short_number(point.main_loss))});
  return series;
}

Svg reliability_part(const Analysis& analysis, const Calibration& calibration) {
  constexpr double side = 210;
  constexpr Place corner = {52, 48};
  const std::string classes = method_styles(analysis)[calibration.method].classes;
  const Scale x = Scale::linear(0, 1, corner.x, corner.x + side);
  const Scale y = Scale::linear(0, 1, corner.y + side, corner.y);
  const MethodFacts& method = analysis.methods[calibration.method];
  Svg svg(300, 310, "Reliability diagram of " + method.name);
  svg.text({corner.x, corner.y - 24}, Anchor::start, "title",
           fmt::format("{}, {}", method.name, milestone_text(calibration.milestone, method.unit)));
  svg.text({corner.x, corner.y - 8}, Anchor::start, "small soft",
           fmt::format("calibration error {} %", percent(calibration.error)));
  for (const double tick : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
    svg.line({corner.x, y(tick)}, {corner.x + side, y(tick)}, "grid");
    svg.text({corner.x - 6, y(tick) + 4}, Anchor::end, "small soft", short_number(100 * tick));
    svg.text({x(tick), corner.y + side + 16}, Anchor::middle, "small soft", short_number(100 * tick));
  }
  svg.text({corner.x + side / 2, corner.y + side + 32}, Anchor::middle, "small soft", "confidence, %");
  svg.upright_text({corner.x - 34, corner.y + side / 2}, "small soft", "accuracy, %");
  svg.line({x(0), y(0)}, {x(1), y(1)}, "zero");
  int64_t total = 0;
  for (const ReliabilityBin& bin : calibration.bins) total += bin.n;
  std::vector<Place> places;
  for (const ReliabilityBin& bin : calibration.bins)
    if (bin.n > 0) places.push_back({x(bin.confidence), y(bin.accuracy)});
  svg.path(places, classes);
  for (const ReliabilityBin& bin : calibration.bins) {
    if (bin.n == 0) continue;
    const double share = static_cast<double>(bin.n) / static_cast<double>(total);
    svg.marker({x(bin.confidence), y(bin.accuracy)}, Marker::circle, 2 + 14 * std::sqrt(share),
               classes + " faint",
               fmt::format("confidence {} %, accuracy {} %, n = {}", percent(bin.confidence),
                           percent(bin.accuracy), bin.n));
  }
  return svg;
}

Svg loss_part(const Panel& panel, const std::vector<Series>& series) {
  Svg svg(496, 344, panel.title);
  draw_panel(svg, panel, series);
  return svg;
}

}  // namespace

Figure loss_figure(const Analysis& analysis, const Section& section) {
  Figure figure = blank_figure(analysis, section, "losses", "Auxiliary loss and main loss against steps");
  std::vector<Series> main;
  for (const int method : analysis.shortlist) {
    if (!adapts(analysis, method)) continue;
    figure.legend.push_back(auxiliary_series(analysis, section, method));
    main.push_back(main_series(analysis, section, method));
  }
  Panel panel = step_panel({52, 30}, 424, 270);
  panel.title = "Auxiliary loss, nats";
  panel.subtitle = "what adaptation lowers; intervals over models";
  figure.parts = {loss_part(panel, figure.legend)};
  const bool known = std::ranges::any_of(main, [](const Series& one) {
    return std::ranges::any_of(one.points, [](const ChartPoint& point) { return std::isfinite(point.y); });
  });
  if (!known) return figure;
  panel.title = "Main loss, nats";
  panel.subtitle = analysis.score->words.loss;
  figure.parts.push_back(loss_part(panel, main));
  figure.columns = 2;
  return figure;
}

Figure placebo_figure(const Analysis& analysis, const Section& section) {
  Figure figure =
      blank_figure(analysis, section, "placebos", "Gain of the method under test and of its placebos");
  std::vector<int> methods = {*analysis.under_test};
  for (const PlaceboCheck& check : section.placebos) methods.push_back(check.placebo);
  std::vector<Series> series;
  for (const int method : methods) {
    const Curve& curve = curve_of(section, method);
    Series one = gain_series(analysis, curve);
    one.background = false;
    for (size_t i = 0; i < one.points.size(); ++i) one.points[i].x = curve.points[i].milestone;
    series.push_back(std::move(one));
  }
  Panel panel = step_panel({52, 36}, 700 - end_label_width(series), 236);
  panel.title = analysis.score->words.over_source;
  panel.subtitle = "intervals over models";
  panel.reference = 0;
  panel.label_ends = true;
  figure.parts = {Svg(760, 320, figure.label)};
  draw_panel(figure.parts[0], panel, series);
  return figure;
}

Figure reliability_figure(const Analysis& analysis, const Section& section) {
  Figure figure = blank_figure(analysis, section, "reliability", "Reliability diagrams");
  figure.columns = 3;
  for (const Calibration& calibration : section.calibration)
    if (figure.parts.size() < figure.columns) figure.parts.push_back(reliability_part(analysis, calibration));
  return figure;
}

}  // namespace ttt
