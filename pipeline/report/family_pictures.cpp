#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/figures.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

/// Curves of a part, beside the method under test: there are as many colours.
constexpr size_t members_a_part = 6;

/// Members with a curve of their own kind to draw. What a policy brought along stands in the table.
std::vector<int> drawn(const Analysis& analysis, const Family& family) {
  std::vector<int> methods;
  for (const Member& member : family.members)
    if (!member.brought && analysis.under_test != member.method) methods.push_back(member.method);
  return methods;
}

/// Intervals of so many curves would hide them.
Series bare_series(const Analysis& analysis, const Section& section, int method) {
  Series series = gain_series(analysis, curve_of(section, method));
  series.band = false;
  for (ChartPoint& point : series.points) point.bar = {};
  return series;
}

Svg family_part(const Analysis& analysis, const Section& section, std::span<const int> methods) {
  std::vector<Series> series;
  if (analysis.under_test) series.push_back(bare_series(analysis, section, *analysis.under_test));
  for (const int method : methods) series.push_back(bare_series(analysis, section, method));
  Svg svg(496, 320, "Gain against cost");
  Panel panel;
  panel.corner = {48, 36};
  panel.width = 496 - 48 - end_label_width(series);
  panel.height = 236;
  panel.title = analysis.score->words.over_source;
  panel.x_label = "cost of a sample, forward-equivalents";
  panel.logarithmic_x = true;
  panel.reference = 0;
  panel.label_ends = true;
  draw_panel(svg, panel, series);
  return svg;
}

}  // namespace

bool needs_figure(const Analysis& analysis, const Family& family) {
  if (family.role == Role::source || family.role == Role::placebo) return false;  // placebos have a figure
  return std::ranges::any_of(drawn(analysis, family), [&](int method) {
    return std::ranges::find(analysis.shortlist, method) == analysis.shortlist.end();
  });
}

Figure family_figure(const Analysis& analysis, const Section& section, const Family& family) {
  Figure figure = blank_figure(analysis, section, fmt::format("curve_{}", name(family.role)),
                               fmt::format("Gain against cost: {}", family_name(family.role)));
  const std::vector<int> methods = drawn(analysis, family);
  const std::span<const int> all = methods;
  for (size_t first = 0; first < all.size(); first += members_a_part)
    figure.parts.push_back(
        family_part(analysis, section, all.subspan(first, std::min(members_a_part, all.size() - first))));
  figure.columns = std::min<size_t>(2, figure.parts.size());
  return figure;
}

}  // namespace ttt
