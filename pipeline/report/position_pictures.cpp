#include <fmt/format.h>

#include "pipeline/report/figures.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

std::string name_of(const Analysis& analysis, const PositionCurve& curve) {
  const MethodFacts& method = analysis.methods[curve.method];
  return curve.source ? "source model"
                      : fmt::format("{}, {}", method.name, milestone_text(curve.milestone, method.unit));
}

Series series_of(const Analysis& analysis, const PositionCurve& curve) {
  const SeriesStyle style =
      curve.source ? SeriesStyle{"ink", Marker::diamond} : method_styles(analysis)[curve.method];
  Series series{name_of(analysis, curve), style, {}, true, false};
  for (const PositionPoint& point : curve.points)
    series.points.push_back(
        {point.tokens,
         analysis.score->scale * point.value,
         {analysis.score->scale * point.interval.low, analysis.score->scale * point.interval.high},
         fmt::format("{}, around token {:.0f}: {} [{}], {}", series.name, point.tokens,
                     value_text(*analysis.score, point.value), value_range(*analysis.score, point.interval),
                     counted(point.documents, analysis.score->words.base, analysis.score->words.bases))});
  return series;
}

}  // namespace

Figure position_figure(const Analysis& analysis, const Section& section) {
  const std::string value = with_capital(analysis.score->words.value);
  Figure figure =
      blank_figure(analysis, section, "positions", fmt::format("{} by position in the document", value));
  std::vector<Series> series;
  for (const PositionCurve& curve : section.positions) series.push_back(series_of(analysis, curve));
  Panel panel;
  panel.corner = {52, 36};
  panel.width = 900 - end_label_width(series);
  panel.height = 270;
  panel.title = with_capital(value_heading(*analysis.score));
  panel.subtitle = fmt::format("mean over documents, {:g} % bands{}", 100 * analysis.confidence,
                               analysis.score->lower_is_better ? "; lower is better" : "");
  panel.x_label = "position in the document, tokens";
  panel.label_ends = true;
  figure.parts = {Svg(960, 354, figure.label)};
  draw_panel(figure.parts[0], panel, series);
  return figure;
}

}  // namespace ttt
