#pragma once
#include <string>
#include <string_view>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// What the tests of an effect show. Those over models ask whether another training would show it on these
/// samples; those over samples ask whether other images would show it under these models.
struct Verdict {
  bool over_models = false;  // the t interval over models excludes 0
  bool over_samples =
      false;  // McNemar's p is small, and the bootstrap interval, where there is one, excludes 0
};

Verdict verdict_on(const Analysis& analysis, const Effect& effect);

/// Whether the effect is claimed without reserve: both kinds of tests show it; of one model, which can speak
/// for itself only, those over samples.
bool is_claimed(const Analysis& analysis, const Effect& effect);

/// Whether a p-value is small enough at the report's confidence. Undefined ones are not.
bool is_small(const Analysis& analysis, double p);

/// The p-value over models where there are at least two, else McNemar's.
double honest_p(const Effect& effect);

/// What has to follow a claim of the effect: "", " with these 3 models; other trainings may differ",
/// " on these samples; others may differ", or `nothing` where no test shows it.
std::string reserve(const Analysis& analysis, const Effect& effect, std::string_view nothing);

/// Which test says what, and what follows, as a sentence without its full stop: "Over 3 models the 95 % t
/// interval −1.3 … +4.2 includes 0 (p = 0.21); on these samples McNemar's exact test says p = 4e-28 and the
/// bootstrap over base images is +1.0 … +2.0: the effect is there for these models, other trainings may
/// differ".
std::string tests_text(const Analysis& analysis, const Effect& effect);

/// The same in brief: "95 % over 5 models −1.0 … +9.4, p = 0.04; McNemar p = 1e-7". Where no t test can be
/// made, the bootstrap's interval.
std::string interval_text(const Analysis& analysis, const Effect& effect);

}  // namespace ttt
