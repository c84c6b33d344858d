#include <fmt/format.h>

#include <cmath>

#include "pipeline/report/report.h"

namespace ttt {
namespace {

std::string header(const ScoreFamily& score) {
  const std::string_view value = score.words.key, test = score.words.test_key;
  std::string text = fmt::format(
      "group,split,method,kind,role,model,shift,milestone,milestone_unit,n,{}{value},{value}_low,{value}_"
      "high,"
      "{value}_models_low,{value}_models_high,",
      score.right_or_wrong ? "correct," : "", fmt::arg("value", value));
  for (const SideFigure& figure : score.beside) text += fmt::format("{},", figure.key);
  text += fmt::format(
      "forward_equivalents,flops,forward_passes,backward_passes,gradient_steps,views,seconds_per_sample,gain,"
      "gain_models_low,gain_models_high,p_models,p_models_holm,gain_bootstrap_low,gain_bootstrap_high,{},{},"
      "{}{},{}_holm,main_loss,{}partial\n",
      score.words.better, score.words.worse, score.right_or_wrong ? "" : "p_sign,", test, test,
      score.has_confidence ? "calibration_error," : "");
  return text;
}

/// RFC 4180: quoted when it holds a comma, a quote or a line end.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.9g}", value) : ""; }

std::string range(Interval interval) { return number(interval.low) + "," + number(interval.high); }

std::string gain_fields(const ScoreFamily& score, const Effect& gain) {
  const bool any = gain.n > 0;
  std::string text =
      fmt::format("{},{},{},{},{},{},{},", number(gain.gain), range(gain.over_models), number(gain.p_models),
                  number(gain.p_models_holm), range(gain.bootstrap), any ? std::to_string(gain.better) : "",
                  any ? std::to_string(gain.worse) : "");
  if (!score.right_or_wrong) text += number(gain.p_sign) + ",";
  return text + number(gain.p_samples) + "," + number(gain.p_samples_holm);
}

/// The value with its intervals, and the figures beside it.
std::string value_fields(const ScoreFamily& family, const Point& point) {
  const Score& score = point.score;
  std::string text = std::to_string(score.n) + ",";
  if (family.right_or_wrong) text += std::to_string(score.correct) + ",";
  text += fmt::format("{},{},{},", number(score.value), range(score.interval), range(score.over_models));
  for (const double figure : point.beside) text += number(figure) + ",";
  return text;
}

std::string row(const Analysis& analysis, const Section& section, const Curve& curve, const Point& point) {
  const MethodFacts& method = analysis.methods[curve.method];
  std::string text = fmt::format(
      "{},{},{},{},{},{},{},{},{},{}", field(section.group),
      section.split == Split::report ? "report" : "tune", field(method.name), method.kind, name(method.role),
      curve.model.empty() ? "pooled" : field(curve.model), curve.shift.empty() ? "all" : field(curve.shift),
      point.milestone, method.unit, value_fields(*analysis.score, point));
  text += fmt::format("{},{},{},{},{},{},{},{},{},", number(point.forward_equivalents), number(point.flops),
                      point.forward_passes, point.backward_passes, point.gradient_steps, point.views,
                      number(section.methods[curve.method].seconds_per_sample),
                      gain_fields(*analysis.score, point.gain), number(point.main_loss));
  if (analysis.score->has_confidence) text += number(point.calibration_error) + ",";
  return text + (analysis.partial ? "1\n" : "0\n");
}

}  // namespace

std::string curves_csv(const Analysis& analysis) {
  std::string text = header(*analysis.score);
  for (const Section& section : analysis.sections)
    for (const Curve& curve : section.curves)
      for (const Point& point : curve.points) text += row(analysis, section, curve, point);
  return text;
}

}  // namespace ttt
