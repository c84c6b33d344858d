#include "pipeline/report/verdict.h"

#include <fmt/format.h>

#include <cmath>

#include "pipeline/report/score_text.h"
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
  if (!is_small(analysis, effect.p_samples)) return false;
  if (is_defined(effect.bootstrap)) return excludes_zero(effect.bootstrap);
  return !analysis.score->right_or_wrong || !has_several_models(effect) || std::isfinite(effect.p_models);
}

std::string level(const Analysis& analysis) { return fmt::format("{:g} %", 100 * analysis.confidence); }

std::string over_models_text(const Analysis& analysis, const Effect& effect) {
  if (!std::isfinite(effect.p_models))
    return fmt::format("{} models allow no t test, which needs gains that differ", effect.by_model.size());
  return fmt::format("Over {} models the {} t interval {}{}{} ({})", effect.by_model.size(), level(analysis),
                     excludes_zero(effect.over_models) ? "is " : "",
                     gain_range(*analysis.score, effect.over_models),
                     excludes_zero(effect.over_models) ? "" : " includes 0", p_is(effect.p_models));
}

std::string over_samples_text(const Analysis& analysis, const Effect& effect) {
  const ScoreWords& words = analysis.score->words;
  const std::string test = fmt::format("{} says {}", words.test_in_full, p_is(effect.p_samples));
  if (!is_defined(effect.bootstrap)) return test;
  const bool excluded = excludes_zero(effect.bootstrap);
  const bool agree = is_small(analysis, effect.p_samples) == excluded;
  return fmt::format("{}{} the {} bootstrap over {} {}{}{}", test, agree ? " and" : ", but", level(analysis),
                     words.bases, excluded ? "is " : "", gain_range(*analysis.score, effect.bootstrap),
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
  return has_several_models(effect) ? effect.p_models : effect.p_samples;
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
  const ScoreWords& words = analysis.score->words;
  if (std::isfinite(effect.p_models))
    return fmt::format("{} over {} models {}, {}; {} {}", level(analysis), effect.by_model.size(),
                       gain_range(*analysis.score, effect.over_models), p_is(effect.p_models), words.test,
                       p_is(effect.p_samples));
  return fmt::format("{} by bootstrap {}, {} {}", level(analysis),
                     gain_range(*analysis.score, effect.bootstrap), words.test, p_is(effect.p_samples));
}

}  // namespace ttt
