#include "pipeline/report/verdict.h"

#include <fmt/format.h>

#include <cmath>

#include "pipeline/report/text.h"

namespace ttt {
namespace {

bool is_defined(Interval interval) { return std::isfinite(interval.low) && std::isfinite(interval.high); }

/// An undefined interval excludes nothing.
bool excludes_zero(Interval interval) { return interval.low > 0 || interval.high < 0; }

bool has_several_models(const Effect& effect) { return effect.by_model.size() > 1; }

/// McNemar's test counts a prediction that several models share, as an ensemble's, once a model. The
/// bootstrap does not; without it, gains that differ show that predictions are the models' own.
bool show_samples(const Analysis& analysis, const Effect& effect) {
  if (!is_small(analysis, effect.p_mcnemar)) return false;
  if (is_defined(effect.bootstrap)) return excludes_zero(effect.bootstrap);
  return !has_several_models(effect) || std::isfinite(effect.p_models);
}

std::string level(const Analysis& analysis) { return fmt::format("{:g} %", 100 * analysis.confidence); }

std::string over_models_text(const Analysis& analysis, const Effect& effect) {
  if (!std::isfinite(effect.p_models))
    return fmt::format("{} models allow no t test, which needs gains that differ", effect.by_model.size());
  return fmt::format("Over {} models the {} t interval {}{}{} ({})", effect.by_model.size(), level(analysis),
                     excludes_zero(effect.over_models) ? "is " : "", points_range(effect.over_models),
                     excludes_zero(effect.over_models) ? "" : " includes 0", p_is(effect.p_models));
}

std::string over_samples_text(const Analysis& analysis, const Effect& effect) {
  const std::string mcnemar = fmt::format("McNemar's exact test says {}", p_is(effect.p_mcnemar));
  if (!is_defined(effect.bootstrap)) return mcnemar;
  const bool excluded = excludes_zero(effect.bootstrap);
  const bool agree = is_small(analysis, effect.p_mcnemar) == excluded;
  return fmt::format("{}{} the {} bootstrap over base images {}{}{}", mcnemar, agree ? " and" : ", but",
                     level(analysis), excluded ? "is " : "", points_range(effect.bootstrap),
                     excluded ? "" : " includes 0");
}

std::string_view conclusion(const Verdict& verdict) {
  if (verdict.over_models && verdict.over_samples) return "";
  if (verdict.over_models) return ": these models agree, other samples may differ";
  if (verdict.over_samples) return ": the effect is there for these models, other trainings may differ";
  return ": no effect is shown";
}

}  // namespace

Verdict verdict_on(const Analysis& analysis, const Effect& effect) {
  return {excludes_zero(effect.over_models), show_samples(analysis, effect)};
}

bool is_claimed(const Analysis& analysis, const Effect& effect) {
  const Verdict verdict = verdict_on(analysis, effect);
  return verdict.over_samples && (verdict.over_models || !has_several_models(effect));
}

bool is_small(const Analysis& analysis, double p) { return p < 1 - analysis.confidence; }

double honest_p(const Effect& effect) {
  return has_several_models(effect) ? effect.p_models : effect.p_mcnemar;
}

std::string reserve(const Analysis& analysis, const Effect& effect, std::string_view nothing) {
  if (is_claimed(analysis, effect)) return "";
  const Verdict verdict = verdict_on(analysis, effect);
  if (verdict.over_models) return " on these samples; others may differ";
  if (verdict.over_samples)
    return fmt::format(" with these {} models; other trainings may differ", effect.by_model.size());
  return std::string(nothing);
}

std::string tests_text(const Analysis& analysis, const Effect& effect) {
  const std::string samples = over_samples_text(analysis, effect);
  if (!has_several_models(effect))
    return fmt::format("On these samples {}{}", samples,
                       is_claimed(analysis, effect) ? "" : ": no effect is shown");
  return fmt::format("{}; on these samples {}{}", over_models_text(analysis, effect), samples,
                     conclusion(verdict_on(analysis, effect)));
}

std::string interval_text(const Analysis& analysis, const Effect& effect) {
  if (std::isfinite(effect.p_models))
    return fmt::format("{} over {} models {}, {}; McNemar {}", level(analysis), effect.by_model.size(),
                       points_range(effect.over_models), p_is(effect.p_models), p_is(effect.p_mcnemar));
  return fmt::format("{} by bootstrap {}, McNemar {}", level(analysis), points_range(effect.bootstrap),
                     p_is(effect.p_mcnemar));
}

}  // namespace ttt
