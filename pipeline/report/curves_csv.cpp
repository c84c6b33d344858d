#include <fmt/format.h>

#include <cmath>

#include "pipeline/report/report.h"

namespace ttt {
namespace {

constexpr std::string_view header =
    "group,split,method,kind,role,model,shift,milestone,milestone_unit,n,correct,accuracy,accuracy_low,"
    "accuracy_high,"
    "accuracy_models_low,accuracy_models_high,forward_equivalents,flops,forward_passes,backward_passes,"
    "gradient_steps,views,seconds_per_sample,gain,gain_models_low,gain_models_high,p_models,p_models_holm,"
    "gain_bootstrap_low,gain_bootstrap_high,fixed,broken,p_mcnemar,p_mcnemar_holm,main_loss,calibration_"
    "error,"
    "partial\n";

/// RFC 4180: quoted when it holds a comma, a quote or a line end.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.9g}", value) : ""; }

std::string range(Interval interval) { return number(interval.low) + "," + number(interval.high); }

std::string gain_fields(const Effect& gain) {
  if (gain.n == 0) return ",,,,,,,,,,";
  return fmt::format("{},{},{},{},{},{},{},{},{}", number(gain.gain), range(gain.over_models),
                     number(gain.p_models), number(gain.p_models_holm), range(gain.bootstrap), gain.fixed,
                     gain.broken, number(gain.p_mcnemar), number(gain.p_mcnemar_holm));
}

std::string row(const Analysis& analysis, const Section& section, const Curve& curve, const Point& point) {
  const MethodFacts& method = analysis.methods[curve.method];
  const Score& score = point.score;
  std::string text =
      fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},", field(section.group),
                  section.split == Split::report ? "report" : "tune", field(method.name), method.kind,
                  name(method.role), curve.model.empty() ? "pooled" : field(curve.model),
                  curve.shift.empty() ? "all" : field(curve.shift), point.milestone, method.unit, score.n,
                  score.correct, number(score.accuracy), range(score.wilson), range(score.over_models));
  text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", number(point.forward_equivalents),
                      number(point.flops), point.forward_passes, point.backward_passes, point.gradient_steps,
                      point.views, number(section.methods[curve.method].seconds_per_sample),
                      gain_fields(point.gain), number(point.main_loss), number(point.calibration_error),
                      analysis.partial ? 1 : 0);
  return text;
}

}  // namespace

std::string curves_csv(const Analysis& analysis) {
  std::string text(header);
  for (const Section& section : analysis.sections)
    for (const Curve& curve : section.curves)
      for (const Point& point : curve.points) text += row(analysis, section, curve, point);
  return text;
}

}  // namespace ttt
