#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "pipeline/report/figures.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

constexpr double row_height = 26;
constexpr double name_width = 150;
constexpr double plot_width = 520;
constexpr double top = 44;

/// The shifts by gain, the largest first, "clean" last.
std::vector<const ShiftGain*> by_gain(const Section& section) {
  std::vector<const ShiftGain*> rows;
  for (const ShiftGain& gain : section.shift_gains) rows.push_back(&gain);
  std::ranges::stable_sort(rows, std::greater(), [](const ShiftGain* row) {
    return row->shift == "clean" ? -2.0 : row->over_source.gain;
  });
  return rows;
}

Scale gain_scale(double of_one, const std::vector<const ShiftGain*>& rows) {
  double low = 0;
  double high = 0;
  const auto widen = [&](double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, of_one * value);
    high = std::max(high, of_one * value);
  };
  for (const ShiftGain* row : rows) {
    widen(row->over_source.over_models.low);
    widen(row->over_source.over_models.high);
    for (const double gain : row->over_source.by_model) widen(gain);
  }
  const auto [first, last] = widened(low, high, 0.05);
  return Scale::linear(first, last, name_width, name_width + plot_width);
}

void draw_gain_axis(Svg& svg, const ScoreFamily& score, const Scale& scale, double bottom) {
  for (const double tick : scale.ticks(9)) {
    svg.line({scale(tick), top}, {scale(tick), bottom}, tick == 0 ? "axis" : "grid");
    svg.text({scale(tick), bottom + 16}, Anchor::middle, "small soft", short_number(tick));
  }
  svg.text({name_width + plot_width / 2, bottom + 32}, Anchor::middle, "small soft",
           with_small(score.words.over_source));
}

/// Gain of the vote over the source model on the shift, at the milestone it was compared at.
double vote_gain(const Section& section, const ShiftGain& row) {
  if (!row.over_vote) return undefined;
  for (const Point& point : curve_of(section, row.over_vote->rival, "", row.shift).points)
    if (point.milestone == row.over_vote->rival_milestone) return point.gain.gain;
  return undefined;
}

void draw_gain_row(Svg& svg, const ScoreFamily& score, const Section& section, const ShiftGain& row,
                   const Scale& scale, double y, const std::string& vote_classes) {
  const double of_one = score.scale;
  const Effect& effect = row.over_source;
  svg.text({name_width - 12, y + 4}, Anchor::end, "", row.shift);
  if (std::isfinite(effect.over_models.low))
    svg.line({scale(of_one * effect.over_models.low), y}, {scale(of_one * effect.over_models.high), y},
             "c0 bold");
  for (size_t m = 0; m < effect.by_model.size(); ++m)
    if (std::isfinite(effect.by_model[m]))
      svg.marker({scale(of_one * effect.by_model[m]), y}, Marker::circle, 2.6, "c0 faint",
                 fmt::format("{}: {}", section.models[m], gain_text(score, effect.by_model[m])));
  const double vote = vote_gain(section, row);
  if (std::isfinite(vote) && scale.holds(of_one * vote))
    svg.marker({scale(of_one * vote), y}, Marker::square, 4, vote_classes + " hollow",
               "vote: " + gain_text(score, vote));
  if (!std::isfinite(effect.gain)) return;
  svg.marker({scale(of_one * effect.gain), y}, Marker::circle, 5, "c0");
  svg.text({name_width + plot_width + 14, y + 4}, Anchor::start, "label c0", gain_text(score, effect.gain));
  svg.text({name_width + plot_width + 62, y + 4}, Anchor::start, "small soft",
           std::isfinite(effect.p_models) ? fmt::format("{} over models", p_is(effect.p_models))
                                          : fmt::format("{} {}", p_is(effect.p_samples), score.words.test));
}

double flip_extent(const Section& section) {
  int64_t most = 1;
  for (const ShiftGain& gain : section.shift_gains)
    most = std::max({most, gain.over_source.better, gain.over_source.worse});
  return static_cast<double>(most);
}

}  // namespace

Figure shift_gain_figure(const Analysis& analysis, const Section& section) {
  const auto rows = by_gain(section);
  const double bottom = top + row_height * static_cast<double>(rows.size());
  Figure figure =
      blank_figure(analysis, section, "shift_gains", "Gain of the method under test on every shift");
  Svg svg(900, bottom + 42, figure.label);
  const Scale scale = gain_scale(analysis.score->scale, rows);
  const auto styles = method_styles(analysis);
  std::string vote_classes;
  for (const ShiftGain* row : rows)
    if (row->over_vote) vote_classes = styles[row->over_vote->rival].classes;
  draw_gain_axis(svg, *analysis.score, scale, bottom);
  for (size_t i = 0; i < rows.size(); ++i)
    draw_gain_row(svg, *analysis.score, section, *rows[i], scale,
                  top + row_height * (static_cast<double>(i) + 0.5), vote_classes);
  svg.marker({name_width + 6, 16}, Marker::circle, 5, "c0");
  svg.text({name_width + 18, 20}, Anchor::start, "small", "mean and interval over models");
  svg.marker({name_width + 218, 16}, Marker::circle, 2.6, "c0 faint");
  svg.text({name_width + 228, 20}, Anchor::start, "small", "each source model");
  if (!vote_classes.empty()) {
    svg.marker({name_width + 358, 16}, Marker::square, 4, vote_classes + " hollow");
    svg.text({name_width + 370, 20}, Anchor::start, "small", "vote at equal cost");
  }
  figure.parts = {svg};
  return figure;
}

Figure flip_figure(const Analysis& analysis, const Section& section) {
  const ScoreWords& words = analysis.score->words;
  const auto rows = by_gain(section);
  const double extent = flip_extent(section);
  const double bottom = top + row_height * static_cast<double>(rows.size());
  const double middle = name_width + plot_width / 2;
  const double per_sample = (plot_width / 2 - 40) / extent;
  Figure figure = blank_figure(
      analysis, section, "flips",
      fmt::format("{} {} and {} on every shift", with_capital(words.judged), words.better, words.worse));
  Svg svg(900, bottom + 12, figure.label);
  svg.text({middle - 12, 24}, Anchor::end, "label c1",
           fmt::format("{}: {}", words.worse, words.became_worse));
  svg.text({middle + 12, 24}, Anchor::start, "label c0",
           fmt::format("{}: {}", words.better, words.became_better));
  for (size_t i = 0; i < rows.size(); ++i) {
    const Effect& effect = rows[i]->over_source;
    const double y = top + row_height * static_cast<double>(i);
    const double better = per_sample * static_cast<double>(effect.better);
    const double worse = per_sample * static_cast<double>(effect.worse);
    svg.text({name_width - 12, y + 17}, Anchor::end, "", rows[i]->shift);
    svg.rectangle({middle - worse, y + 4}, worse, row_height - 8, "fill c1");
    svg.rectangle({middle, y + 4}, better, row_height - 8, "fill c0");
    svg.text({middle - worse - 6, y + 17}, Anchor::end, "small", std::to_string(effect.worse));
    svg.text({middle + better + 6, y + 17}, Anchor::start, "small", std::to_string(effect.better));
    svg.text({name_width + plot_width + 14, y + 17}, Anchor::start, "small soft",
             fmt::format("{} {}, n = {}", analysis.score->right_or_wrong ? words.test : "sign test",
                         p_is(effect.p_sign), grouped(effect.n)));
  }
  svg.line({middle, top - 6}, {middle, bottom}, "axis");
  figure.parts = {svg};
  return figure;
}

}  // namespace ttt
