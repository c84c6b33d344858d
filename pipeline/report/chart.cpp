#include "pipeline/report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "pipeline/report/text.h"

namespace ttt {
namespace {

constexpr double character = 6.6;  // pixels, about, of one character at 11-12 px
constexpr double line_height = 13;
constexpr size_t longest_label = 34;  // characters

struct Scales {
  Scale x, y;
};

/// Least and largest value of all points that `pick` gives.
template <typename Pick>
std::pair<double, double> range_of(const std::vector<Series>& series, double also, const Pick& pick) {
  double low = also;
  double high = also;
  for (const Series& one : series)
    for (const ChartPoint& point : one.points)
      for (const double value : pick(point)) {
        if (!std::isfinite(value)) continue;
        low = std::isfinite(low) ? std::min(low, value) : value;
        high = std::isfinite(high) ? std::max(high, value) : value;
      }
  return std::isfinite(low) ? std::pair{low, high} : std::pair{0.0, 1.0};
}

/// The series that set the y axis: all when none is in front.
std::vector<Series> foreground(const std::vector<Series>& series) {
  std::vector<Series> front;
  std::ranges::copy_if(series, std::back_inserter(front), [](const Series& one) { return !one.background; });
  return front.empty() ? series : front;
}

Scales scales_of(const Panel& panel, const std::vector<Series>& series) {
  const auto [left, right] = range_of(series, undefined, [](const ChartPoint& p) { return std::array{p.x}; });
  const auto [bottom, top] = range_of(foreground(series), panel.reference, [](const ChartPoint& p) {
    return std::array{p.y, p.bar.low, p.bar.high};
  });
  const auto [low, high] = widened(bottom, top, 0.06);
  const double right_pixel = panel.corner.x + panel.width;
  const Scale y = Scale::linear(low, high, panel.corner.y + panel.height, panel.corner.y);
  if (panel.logarithmic_x && left > 0)
    return {Scale::logarithmic(left / 1.15, std::max(right, 2 * left) * 1.15, panel.corner.x, right_pixel),
            y};
  const auto [first, last] = widened(left, right, 0.04);
  return {Scale::linear(first, last, panel.corner.x, right_pixel), y};
}

void draw_y_axis(Svg& svg, const Panel& panel, const Scale& y) {
  for (const double tick : y.ticks(std::max(3, static_cast<int>(panel.height / 36)))) {
    svg.line({panel.corner.x, y(tick)}, {panel.corner.x + panel.width, y(tick)}, "grid");
    svg.text({panel.corner.x - 6, y(tick) + 4}, Anchor::end, "small soft", short_number(tick));
  }
  svg.upright_text({panel.corner.x - 36, panel.corner.y + panel.height / 2}, "small soft", panel.y_label);
}

void draw_x_axis(Svg& svg, const Panel& panel, const Scale& x) {
  const double bottom = panel.corner.y + panel.height;
  svg.line({panel.corner.x, bottom}, {panel.corner.x + panel.width, bottom}, "axis");
  for (const double tick : x.ticks(static_cast<int>(panel.width / 26))) {
    if (panel.whole_x && std::abs(tick - std::round(tick)) > 1e-6) continue;
    svg.line({x(tick), bottom}, {x(tick), bottom + 4}, "axis");
    svg.text({x(tick), bottom + 16}, Anchor::middle, "small soft", short_number(tick));
  }
  svg.text({panel.corner.x + panel.width / 2, bottom + 32}, Anchor::middle, "small soft", panel.x_label);
}

void draw_flops_axis(Svg& svg, const Panel& panel, const std::vector<Series>& series) {
  const auto [left, right] = range_of(series, undefined, [](const ChartPoint& p) { return std::array{p.x}; });
  if (!(left > 0)) return;
  const Scale flops = Scale::logarithmic(left / 1.15 * panel.flops_per_x,
                                         std::max(right, 2 * left) * 1.15 * panel.flops_per_x, panel.corner.x,
                                         panel.corner.x + panel.width);
  svg.line(panel.corner, {panel.corner.x + panel.width, panel.corner.y}, "axis");
  for (const double tick : flops.ticks(static_cast<int>(panel.width / 70))) {
    svg.line({flops(tick), panel.corner.y}, {flops(tick), panel.corner.y - 4}, "axis");
    svg.text({flops(tick), panel.corner.y - 7}, Anchor::middle, "small soft", flops_text(tick));
  }
}

bool drawable(const ChartPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

bool has_bar(const ChartPoint& point) { return drawable(point) && std::isfinite(point.bar.low); }

/// The area between the ends of the intervals; a point without one pinches it to the curve.
void draw_band(Svg& svg, const Scales& scales, const Series& series) {
  std::vector<Place> outline, lower;
  for (const ChartPoint& point : series.points) {
    if (!drawable(point)) continue;
    outline.push_back({scales.x(point.x), scales.y(has_bar(point) ? point.bar.high : point.y)});
    lower.push_back({scales.x(point.x), scales.y(has_bar(point) ? point.bar.low : point.y)});
  }
  outline.insert(outline.end(), lower.rbegin(), lower.rend());
  if (std::ranges::any_of(series.points, has_bar)) svg.area(outline, series.style.classes);
}

void draw_bars(Svg& svg, const Scales& scales, const Series& series) {
  for (const ChartPoint& point : series.points)
    if (has_bar(point))
      svg.line({scales.x(point.x), scales.y(point.bar.low)}, {scales.x(point.x), scales.y(point.bar.high)},
               "bar " + series.style.classes);
}

void draw_series(Svg& svg, const Scales& scales, const Series& series) {
  std::vector<Place> places;
  for (const ChartPoint& point : series.points)
    if (drawable(point)) places.push_back({scales.x(point.x), scales.y(point.y)});
  svg.path(places, series.style.classes);
  for (const ChartPoint& point : series.points)
    if (drawable(point))
      svg.marker({scales.x(point.x), scales.y(point.y)}, series.style.marker, 3.2, series.style.classes,
                 point.tip);
}

std::string cut_short(const std::string& name) {
  return name.size() <= longest_label ? name : name.substr(0, longest_label - 1) + "…";
}

struct EndLabel {
  Place at;
  const Series* series;
  std::string text;
};

/// Beside the last point; when that is off the panel, at its edge and with the value.
EndLabel end_label(const Panel& panel, const Scales& scales, const Series& series, const ChartPoint& last) {
  const double y = scales.y(last.y);
  const double low = panel.corner.y + panel.height;
  std::string text = cut_short(series.name);
  if (y > low) text += fmt::format(" ↓ {}", short_number(std::round(10 * last.y) / 10));
  if (y < panel.corner.y) text += fmt::format(" ↑ {}", short_number(std::round(10 * last.y) / 10));
  return {{scales.x(last.x) + 12, std::clamp(y + 4, panel.corner.y, low)}, &series, text};
}

/// Pushes labels apart that would overlap, from the top down and back up from the floor.
void spread_out(std::vector<EndLabel>& labels, double floor) {
  std::ranges::sort(labels, {}, [](const EndLabel& label) { return label.at.y; });
  const auto near = [](const EndLabel& a, const EndLabel& b) {
    const double longest =
        character * static_cast<double>(std::max(a.series->name.size(), b.series->name.size()));
    return std::abs(a.at.x - b.at.x) < longest;
  };
  for (size_t i = 1; i < labels.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (near(labels[i], labels[j])) labels[i].at.y = std::max(labels[i].at.y, labels[j].at.y + line_height);
  double lowest = floor;
  for (size_t i = labels.size(); i-- > 0;) {
    if (labels[i].at.y <= lowest) continue;
    labels[i].at.y = lowest;
    lowest -= line_height;
  }
}

void draw_end_labels(Svg& svg, const Panel& panel, const Scales& scales, const std::vector<Series>& series) {
  std::vector<EndLabel> labels;
  for (const Series& one : series) {
    const auto last = std::find_if(one.points.rbegin(), one.points.rend(), drawable);
    if (last != one.points.rend()) labels.push_back(end_label(panel, scales, one, *last));
  }
  spread_out(labels, panel.corner.y + panel.height);
  for (const EndLabel& label : labels)
    svg.text(label.at, Anchor::start, "label " + label.series->style.classes, label.text);
}

}  // namespace

void draw_panel(Svg& svg, const Panel& panel, const std::vector<Series>& series) {
  const Scales scales = scales_of(panel, series);
  const double above = panel.flops_per_x > 0 ? 26 : 8;
  svg.text({panel.corner.x, panel.corner.y - above}, Anchor::start, "title", panel.title);
  const double after = panel.corner.x + 7.6 * static_cast<double>(panel.title.size()) + 10;
  svg.text({after, panel.corner.y - above}, Anchor::start, "small soft", panel.subtitle);
  draw_y_axis(svg, panel, scales.y);
  draw_x_axis(svg, panel, scales.x);
  if (panel.flops_per_x > 0) draw_flops_axis(svg, panel, series);
  if (std::isfinite(panel.reference)) {
    const double y = scales.y(panel.reference);
    svg.line({panel.corner.x, y}, {panel.corner.x + panel.width, y}, "zero");
    svg.text({panel.corner.x + panel.width - 4, y + 14}, Anchor::end, "small soft", panel.reference_label);
  }
  svg.open_frame(panel.corner, panel.width, panel.height);
  for (const Series& one : series) one.band ? draw_band(svg, scales, one) : draw_bars(svg, scales, one);
  for (size_t i = series.size(); i-- > 0;) draw_series(svg, scales, series[i]);  // the first on top
  svg.close_frame();
  if (panel.label_ends) draw_end_labels(svg, panel, scales, series);
}

double end_label_width(const std::vector<Series>& series) {
  size_t longest = 0;
  for (const Series& one : series)
    longest = std::max(longest, std::min(one.name.size(), longest_label) + (one.background ? 7 : 0));
  return character * 1.1 * static_cast<double>(longest) + 16;
}

double draw_legend(Svg& svg, Place corner, double width, const std::vector<Series>& series) {
  Place at = corner;
  for (const Series& one : series) {
    const double taken = 38 + character * 1.08 * static_cast<double>(one.name.size()) + 14;
    if (at.x > corner.x && at.x + taken > corner.x + width) at = {corner.x, at.y + 18};
    svg.line({at.x, at.y}, {at.x + 28, at.y}, one.style.classes);
    svg.marker({at.x + 14, at.y}, one.style.marker, 3.2, one.style.classes);
    svg.text({at.x + 34, at.y + 4}, Anchor::start, "", one.name);
    at.x += taken;
  }
  return at.y - corner.y + 18;
}

}  // namespace ttt
