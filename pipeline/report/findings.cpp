#include "pipeline/report/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "pipeline/analysis/families.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

const Curve& tested_curve(const Analysis& analysis, const Section& section) {
  return curve_of(section, *analysis.under_test);
}

/// A gain nearer to zero than this is rounding of the mean over models.
constexpr double none = 1e-9;

std::string steps_text(const Analysis& analysis, int milestone) {
  return milestone_text(milestone, analysis.methods[*analysis.under_test].unit);
}

/// "gains 4.8 points" or "loses 1.2 points".
std::string gain_phrase(const ScoreFamily& score, double gain) {
  return fmt::format("{} {} {}", gain < 0 ? score.words.loses : score.words.gains, gain_size(score, gain),
                     score.words.gain_unit);
}

Tone tone_of(const Analysis& analysis, const Effect& effect) {
  if (!is_claimed(analysis, effect)) return Tone::care;
  return effect.gain > 0 ? Tone::good : Tone::bad;
}

Finding overall(const Analysis& analysis, const Section& section) {
  const Curve& curve = tested_curve(analysis, section);
  const Point& last = curve.points.back();
  return {tone_of(analysis, last.gain),
          fmt::format("{} {} at {}{}", analysis.methods[curve.method].name,
                      gain_phrase(*analysis.score, last.gain.gain), steps_text(analysis, last.milestone),
                      reserve(analysis, last.gain, ", not distinguishable from no gain")),
          fmt::format("{} {} → {}{}, for {} forward-equivalents ({}) a sample.",
                      with_capital(analysis.score->words.value),
                      value_text(*analysis.score, source_value(last, *analysis.score)),
                      value_text(*analysis.score, last.score.value), analysis.score->words.suffix,
                      short_number(last.forward_equivalents), flops_text(last.flops)),
          tests_text(analysis, last.gain)};
}

/// "gains" -> "gain": of several models.
std::string_view plural(std::string_view verb) {
  verb.remove_suffix(1);
  return verb;
}

Finding within_models(const Analysis& analysis, const Section& section) {
  const Curve& pooled = tested_curve(analysis, section);
  const Effect& effect = pooled.points.back().gain;
  int better = 0;
  int worse = 0;
  for (const std::string& model : section.models) {
    const Effect& one = curve_of(section, pooled.method, model).points.back().gain;
    better += is_small(analysis, one.p_samples) && one.gain > 0;
    worse += is_small(analysis, one.p_samples) && one.gain < 0;
  }
  const ScoreWords& words = analysis.score->words;
  const std::string tests =
      analysis.score->right_or_wrong
          ? fmt::format("McNemar exact {} with all models pooled", p_is(effect.p_samples))
          : fmt::format("Sign test {}, {} {} with the mean over models", p_is(effect.p_sign), words.test,
                        p_is(effect.p_samples));
  return {
      Tone::plain,
      fmt::format("{} {} {}, {} {}", grouped(effect.better), words.judged, words.better,
                  grouped(effect.worse), words.worse),
      fmt::format("{}, which takes these models as given. Alone, {} of {} models {} significantly and {} {}.",
                  tests, better, section.models.size(), plural(words.gains), worse, plural(words.loses))};
}

Finding one_model(const Section& section) {
  return {Tone::care, "One source model",
          fmt::format(
              "{} alone cannot show what another training seed would give: intervals and p-values speak of "
              "this model only.",
              section.models.front())};
}

/// A method's note as a sentence of its own.
std::string sentence(std::string note) {
  if (note.empty()) return note;
  note[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(note[0])));
  return " " + note + (note.ends_with('.') ? "" : ".");
}

/// " The best of 7 votes here.", where there are several.
std::string choice_of(const Family& family, size_t rivals) {
  return rivals < 2 ? "" : fmt::format(" The best of {} {} here.", rivals, family_name(family.role));
}

Finding rival(const Analysis& analysis, const EqualCost& match, const std::string& choice) {
  const MethodFacts& rival = analysis.methods[match.rival];
  const std::string limit =
      match.ran_out ? fmt::format(" Its {} ran out before the budget.", rival.unit) : "";
  return {
      tone_of(analysis, match.gain),
      fmt::format("{} {} {} {} {}{}", gain_size(*analysis.score, match.gain.gain),
                  analysis.score->words.gain_unit, match.gain.gain < 0 ? "behind" : "ahead of", rival.name,
                  match.ran_out ? "with all its " + rival.unit : "at equal cost",
                  reserve(analysis, match.gain, ", not distinguishable from no difference")),
      fmt::format("{} (cost {}) against {} (cost {}).{}{}{}", steps_text(analysis, match.milestone),
                  short_number(match.forward_equivalents), milestone_text(match.rival_milestone, rival.unit),
                  short_number(match.rival_forward_equivalents), choice, limit, sentence(rival.note)),
      tests_text(analysis, match.gain)};
}

/// The dearest comparison with the hardest rival of each family: the others are in the table.
std::vector<Finding> rivals(const Analysis& analysis, const Section& section) {
  std::vector<Finding> found;
  for (const Family& family : families(analysis.methods)) {
    const std::vector<int> methods = compared(section, family);
    if (const EqualCost* match = hardest(section.equal_cost, methods))
      found.push_back(rival(analysis, *match, choice_of(family, methods.size())));
  }
  return found;
}

/// Where most of the gain is had, and whether more steps lose it again.
std::vector<Finding> shape(const Analysis& analysis, const Section& section) {
  const Curve& curve = tested_curve(analysis, section);
  const Point& last = curve.points.back();
  const auto best = std::ranges::max_element(curve.points, {}, [](const Point& p) { return p.gain.gain; });
  std::vector<Finding> found;
  if (!(best->gain.gain > 0)) return found;
  const auto early = std::ranges::find_if(
      curve.points, [&](const Point& point) { return point.gain.gain >= 0.75 * best->gain.gain; });
  if (early < best && early->forward_equivalents < 0.6 * last.forward_equivalents)
    found.push_back(
        {Tone::plain, fmt::format("Most of it after {}", steps_text(analysis, early->milestone)),
         fmt::format("{} of the largest gain of {} {} are had for {} of the {} forward-equivalents.",
                     gain_text(*analysis.score, early->gain.gain),
                     gain_text(*analysis.score, best->gain.gain), analysis.score->words.gain_unit,
                     short_number(early->forward_equivalents), short_number(last.forward_equivalents))});
  if (best->gain.gain - last.gain.gain > analysis.score->noticeable)
    found.push_back(
        {Tone::care, fmt::format("More steps lose again after {}", steps_text(analysis, best->milestone)),
         fmt::format("The gain falls from {} to {} {} at {}. The best milestone was seen afterwards: "
                     "choose it on the split tune, not here.",
                     gain_text(*analysis.score, best->gain.gain), gain_text(*analysis.score, last.gain.gain),
                     analysis.score->words.gain_unit, steps_text(analysis, last.milestone))});
  return found;
}

std::string listed(const Analysis& analysis, const std::vector<const ShiftGain*>& gains) {
  std::string text;
  for (const ShiftGain* gain : gains)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", gain->shift,
                        gain_text(*analysis.score, gain->over_source.gain));
  return text;
}

template <typename Rule>
std::vector<const ShiftGain*> shifts_where(const Section& section, const Rule& rule) {
  std::vector<const ShiftGain*> found;
  for (const ShiftGain& gain : section.shift_gains)
    if (gain.over_source.n > 0 && rule(gain.over_source)) found.push_back(&gain);
  return found;
}

/// Shifts with a clear gain (sign 1) or loss (sign -1): over models, and only for the models at hand.
std::vector<Finding> clear_shifts(const Analysis& analysis, const Section& section, int sign) {
  const auto signed_as = [sign](const Effect& e) { return sign * e.gain > 0; };
  const bool several = section.models.size() > 1;
  const auto everywhere = shifts_where(section, [&](const Effect& e) {
    return signed_as(e) && is_small(analysis, several ? e.p_models_holm : e.p_samples_holm);
  });
  const auto here = shifts_where(section, [&](const Effect& e) {
    return signed_as(e) && several && !is_small(analysis, e.p_models_holm) &&
           is_small(analysis, e.p_samples_holm);
  });
  const std::string_view test = analysis.score->words.test;
  const Tone tone = sign > 0 ? Tone::good : Tone::bad;
  const std::string verb = sign > 0 ? "Helps" : "Hurts";
  std::vector<Finding> found;
  if (!everywhere.empty())
    found.push_back({tone, fmt::format("{} on {}", verb, listed(analysis, everywhere)),
                     fmt::format("{}, Holm-adjusted over the shifts.",
                                 several ? "t test over models" : with_capital(test))});
  if (!here.empty())
    found.push_back(
        {tone, fmt::format("{} these models on {}", verb, listed(analysis, here)),
         fmt::format("{}, Holm-adjusted over the shifts; not shown to hold for other training seeds.",
                     with_capital(test))});
  return found;
}

std::vector<Finding> shifts(const Analysis& analysis, const Section& section) {
  if (section.shift_gains.size() < 2) return {};
  std::vector<Finding> found = clear_shifts(analysis, section, 1);
  std::ranges::move(clear_shifts(analysis, section, -1), std::back_inserter(found));
  const auto unclear = [&](const Effect& e) {
    return !is_small(analysis, e.p_models_holm) && !is_small(analysis, e.p_samples_holm);
  };
  const auto lower = shifts_where(section, [&](const Effect& e) { return unclear(e) && e.gain < -none; });
  const auto flat = shifts_where(section, [&](const Effect& e) { return unclear(e) && !(e.gain < -none); });
  if (!flat.empty())
    found.push_back({Tone::plain, "No clear effect on " + listed(analysis, flat),
                     "Too small to tell from none on this many "
                     "samples."});
  if (!lower.empty())
    found.push_back({Tone::care, "Lower, though not clearly, on " + listed(analysis, lower),
                     "Too small to tell from none."});
  return found;
}

/// "ttt beats its placebo random with these 3 models; other trainings may differ".
std::string placebo_text(const Analysis& analysis, const PlaceboCheck& check) {
  const std::string& tested = analysis.methods[*analysis.under_test].name;
  const std::string& placebo = analysis.methods[check.placebo].name;
  const std::string none_shown = fmt::format("{} is not shown to beat its placebo {}", tested, placebo);
  const std::string limits = reserve(analysis, check.gain, none_shown);
  if (limits == none_shown) return none_shown;
  return fmt::format("{} {} its placebo {}{}", tested, check.gain.gain > 0 ? "beats" : "is beaten by",
                     placebo, limits);
}

/// A lead over a placebo that is not shown is bad news.
Tone placebo_tone(const Analysis& analysis, const Effect& lead) {
  const Verdict verdict = verdict_on(analysis, lead);
  if (!(lead.gain > 0) || (!verdict.over_models && !verdict.over_samples)) return Tone::bad;
  return tone_of(analysis, lead);
}

std::vector<Finding> placebos(const Analysis& analysis, const Section& section) {
  std::vector<Finding> found;
  for (const PlaceboCheck& check : section.placebos)
    found.push_back(
        {placebo_tone(analysis, check.gain), placebo_text(analysis, check),
         fmt::format("The placebo {}; {} is {} {} ahead of it after {}.",
                     gain_phrase(*analysis.score, check.placebo_gain.gain),
                     analysis.methods[*analysis.under_test].name, gain_text(*analysis.score, check.gain.gain),
                     analysis.score->words.gain_unit, steps_text(analysis, check.milestone)),
         tests_text(analysis, check.gain)});
  return found;
}

std::vector<Finding> episodes(const Analysis& analysis, const Section& section) {
  std::vector<Finding> found;
  const MethodRecord& record = section.methods[*analysis.under_test];
  const AuxiliaryTrace& trace = record.auxiliary;
  if (trace.fell > 0)
    found.push_back(
        {Tone::plain,
         fmt::format("Main loss rose in {} % of the episodes whose auxiliary loss fell",
                     percent(static_cast<double>(trace.fell_main_rose) / static_cast<double>(trace.fell))),
         fmt::format("{} of {} episodes: a lower auxiliary loss does not vouch for a better prediction.",
                     grouped(trace.fell_main_rose), grouped(trace.fell))});
  if (record.episodes.diverged > 0)
    found.push_back({Tone::bad, counted(record.episodes.diverged, "episode diverged", "episodes diverged"),
                     std::string(analysis.score->words.diverged)});
  if (record.episodes.skipped > 0)
    found.push_back(
        {Tone::plain, counted(record.episodes.skipped, "episode was skipped", "episodes were skipped"),
         "by the threshold on the auxiliary confidence; costs shown are what samples really paid."});
  if (record.episodes.bad_input > 0)
    found.push_back({Tone::care, counted(record.episodes.bad_input, "bad input", "bad inputs"),
                     std::string(analysis.score->words.bad_input)});
  if (record.episodes.missing > 0)
    found.push_back({Tone::bad,
                     counted(record.episodes.missing, "prediction is", "predictions are") + " missing",
                     "The run was not complete: figures compare only what is there."});
  return found;
}

std::vector<Finding> calibration(const Analysis& analysis, const Section& section) {
  const Curve& curve = tested_curve(analysis, section);
  const double before = curve.points.front().calibration_error;
  const double after = curve.points.back().calibration_error;
  if (!(std::abs(after - before) > 0.01)) return {};
  return {{after > before ? Tone::care : Tone::good,
           after > before ? "Confidence became less trustworthy" : "Confidence became more trustworthy",
           fmt::format("Calibration error {} → {} % over {}.", percent(before), percent(after),
                       steps_text(analysis, curve.points.back().milestone))}};
}

void append(std::vector<Finding>& all, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(all));
}

/// What is wrong with the source models themselves.
std::vector<Finding> weak(const Analysis& analysis, const Section& section) {
  std::vector<Finding> all;
  for (const WeakModel& model : section.weak) {
    std::string head = weak_model_text(model, *analysis.score);
    head.front() = 'S';
    all.push_back(
        {Tone::care, head,
         "Averaged in, it lowers what the others reach and makes an ensemble look like a gain: train "
         "it longer, or leave it out."});
  }
  return all;
}

std::vector<Finding> about_the_gain(const Analysis& analysis, const Section& section) {
  if (!analysis.under_test)
    return {{Tone::care, "No method under test",
             "The run holds baselines only: add an adapt method with steps."}};
  if (!std::isfinite(tested_curve(analysis, section).points.back().gain.gain))
    return {{Tone::care, "No gain can be computed",
             "No prediction of the source model (0 steps) is there to compare "
             "with."}};
  std::vector<Finding> all = {overall(analysis, section)};
  if (section.models.size() == 1) all.push_back(one_model(section));
  append(all, rivals(analysis, section));
  append(all, placebos(analysis, section));
  append(all, shifts(analysis, section));
  append(all, {within_models(analysis, section)});
  append(all, shape(analysis, section));
  append(all, episodes(analysis, section));
  append(all, calibration(analysis, section));
  return all;
}

}  // namespace

std::vector<Finding> findings(const Analysis& analysis, const Section& section) {
  std::vector<Finding> all = about_the_gain(analysis, section);
  append(all, weak(analysis, section));
  return all;
}

}  // namespace ttt
