#include "pipeline/report/section_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/answer.h"
#include "pipeline/report/families_html.h"
#include "pipeline/report/figures.h"
#include "pipeline/report/findings.h"
#include "pipeline/report/html.h"
#include "pipeline/report/label_free_html.h"
#include "pipeline/report/samples_html.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/signals_html.h"
#include "pipeline/report/tables.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

std::string tile(std::string_view name, std::string_view figure, std::string_view unit,
                 std::string_view range) {
  return fmt::format(
      "<div class=\"tile\"><div class=\"name\">{}</div><div class=\"figure\">{} <small>{}</small></div>"
      "<div class=\"range\">{}</div></div>\n",
      escape(name), escape(figure), escape(unit), escape(range));
}

/// The vote the headline compares with: the hardest one's dearest match.
const EqualCost* vote_match(const Analysis& analysis, const Section& section) {
  for (const Family& family : families(analysis.methods))
    if (family.role == Role::vote) return hardest(section.equal_cost, compared(section, family));
  return nullptr;
}

std::string tiles(const Analysis& analysis, const Section& section) {
  const Point& last = curve_of(section, *analysis.under_test).points.back();
  const MethodFacts& method = analysis.methods[*analysis.under_test];
  const std::string at = milestone_text(last.milestone, method.unit);
  std::string text = "<div class=\"tiles\">\n";
  text += tile(fmt::format("Gain of {} at {}", method.name, at), gain_text(*analysis.score, last.gain.gain),
               analysis.score->words.gained, interval_text(analysis, last.gain));
  if (const EqualCost* match = vote_match(analysis, section))
    text += tile(fmt::format("Over {} {}", analysis.methods[match->rival].name,
                             match->ran_out ? "with all its views" : "at equal cost"),
                 gain_text(*analysis.score, match->gain.gain), analysis.score->words.gained,
                 interval_text(analysis, match->gain));
  text += tile(with_capital(analysis.score->words.value) + ", source → adapted",
               fmt::format("{} → {}", value_text(*analysis.score, source_value(last, *analysis.score)),
                           value_text(*analysis.score, last.score.value)),
               analysis.score->words.axis,
               fmt::format("{} {}, n = {}", with_capital(analysis.score->words.interval),
                           value_range(*analysis.score, last.score.interval), grouped(last.score.n)));
  const double seconds = section.methods[*analysis.under_test].seconds_per_sample;
  text +=
      tile("Cost of a sample", short_number(last.forward_equivalents), "forward-equivalents",
           flops_text(last.flops) + (std::isfinite(seconds) ? ", measured " + seconds_text(seconds) : ""));
  return text + "</div>\n";
}

std::string findings_list(const Analysis& analysis, const Section& section) {
  std::string text = "<ul class=\"findings\">\n";
  for (const Finding& finding : findings(analysis, section)) {
    const std::string_view tone = finding.tone == Tone::good   ? "good"
                                  : finding.tone == Tone::bad  ? "bad"
                                  : finding.tone == Tone::care ? "care"
                                                               : "plain";
    const std::string tests = finding.tests.empty() ? "" : escape(finding.tests) + ". ";
    text += fmt::format("<li class=\"{}\"><b>{}.</b> {}{}</li>\n", tone, escape(finding.head), tests,
                        escape(finding.evidence));
  }
  return text + "</ul>\n";
}

std::string severities_text(const Section& section) {
  if (section.severities == std::vector<int>{0}) return "unshifted";
  return section.severities.size() == 1
             ? fmt::format("severity {}", section.severities.front())
             : fmt::format("severities {} to {}", section.severities.front(), section.severities.back());
}

std::string sample_line(const ScoreWords& words, const Section& section) {
  const auto shifts =
      static_cast<int64_t>(section.shifts.size()) - std::ranges::count(section.shifts, "clean");
  return fmt::format("{} from {}, {}, {}; {}: {}.", counted(section.samples, "sample", "samples"),
                     counted(section.bases, words.base, words.bases), counted(shifts, "shift", "shifts"),
                     severities_text(section),
                     counted(static_cast<int64_t>(section.models.size()), "source model", "source models"),
                     fmt::join(section.models, ", "));
}

/// "Wilson intervals", "intervals over documents".
std::string intervals(const ScoreFamily& score) {
  return score.right_or_wrong ? fmt::format("{} intervals", score.words.interval)
                              : fmt::format("intervals {}", score.words.interval);
}

std::string by_shift(const Analysis& analysis, const Section& section) {
  return html_heading(3, "By shift") +
         figure_html(shift_gain_figure(analysis, section),
                     "Gain at the last milestone. Where the interval crosses 0 another training seed may "
                     "show no gain.") +
         shift_table(analysis, section) +
         html_paragraph(
             "Holm: p-values adjusted for testing all shifts at once; gains are coloured by the adjusted "
             "value over models. Over the vote: at equal cost.",
             "note") +
         figure_html(flip_figure(analysis, section), analysis.score->words.changes) +
         figure_html(
             by_shift_figure(analysis, section),
             fmt::format(
                 "{} against cost on every shift; the dotted line is the source model. {} of the method "
                 "under test (band) and of votes (bars); curves.csv has them all.",
                 with_capital(analysis.score->words.value), with_capital(intervals(*analysis.score))));
}

std::string by_model(const Analysis& analysis, const Section& section) {
  return html_heading(3, "By source model") +
         figure_html(
             spread_figure(analysis, section),
             "How much depends on the training seed: the same recipe, other initial weights and order.") +
         model_table(analysis, section) +
         figure_html(
             by_model_figure(analysis, section),
             fmt::format("{} against cost under every source model; the dotted line is that model itself.",
                         with_capital(analysis.score->words.value)));
}

/// A table with rows for every method, folded where there are many.
std::string long_table(const Analysis& analysis, std::string_view summary, const std::string& table) {
  return analysis.methods.size() > few_methods ? html_folded(summary, table) : table;
}

std::string curve_caption(const Analysis& analysis) {
  const std::string_view missing = analysis.shortlist.size() + 1 < analysis.methods.size()
                                       ? " Of many methods it draws the one under test, a placebo and the "
                                         "best of each family; all are below."
                                       : "";
  return fmt::format(
      "{} with {}, and the same curves as gains over the source model on the same samples, with the interval "
      "over source models. Placebos may run off the picture: they are whole further down. "
      "One forward-equivalent is one prediction of the source model.{}",
      with_capital(analysis.score->words.value), intervals(*analysis.score), missing);
}

std::string puzzles_html(const Analysis& analysis, const Section& section) {
  if (!has_answers(section)) return "";
  return html_heading(3, "Answers before and after") +
         figure_html(
             puzzle_figure(analysis, section),
             "Puzzles that adaptation solved, then some that it lost, by its last milestone, each under "
             "one of the source models that it changed so.");
}

std::string of_method_under_test(const Analysis& analysis, const Section& section,
                                 const SamplePictures& pictures) {
  std::string text;
  if (!section.equal_cost.empty())
    text += html_heading(3, "At equal cost") +
            html_paragraph(
                "Each milestone against the most views or members that cost no more, on the same samples. "
                "Against an ensemble the interval over models is that of the adapted models alone.",
                "note") +
            long_table(analysis, "Every milestone against every rival", equal_cost_table(analysis, section));
  if (!section.positions.empty())
    text +=
        html_heading(3, "By position in the document") +
        figure_html(position_figure(analysis, section),
                    "Each chunk of a document is predicted before the model adapts to it. The method under "
                    "test at its best milestone, the best rival and a placebo; towards the end only long "
                    "documents are left.");
  text += by_shift(analysis, section) + by_model(analysis, section);
  if (!section.placebos.empty())
    text += html_heading(3, "Placebos") +
            figure_html(
                placebo_figure(analysis, section),
                "The same steps with the information taken out: a gain that a placebo shares does not come "
                "from the sample.") +
            placebo_table(analysis, section);
  text += signals_html(analysis, section) + label_free_html(section) +
          samples_html(analysis, section, pictures) + puzzles_html(analysis, section) +
          html_heading(3, "Losses") +
          figure_html(loss_figure(analysis, section),
                      "The auxiliary loss is measured on fresh views before each update.");
  if (!section.calibration.empty())
    text +=
        html_heading(3, "Calibration") +
        figure_html(
            reliability_figure(analysis, section),
            "Points on the diagonal: confidence equals accuracy; below it: too confident. Area of a point: "
            "its share of the predictions, in 15 bins.");
  return text;
}

}  // namespace

std::string section_name(const Section& section) {
  return fmt::format("{}{}", section.group,
                     section.split == Split::tune ? ", split tune (chosen on, not for reporting)" : "");
}

std::string section_html(const Analysis& analysis, const Section& section, int number,
                         const SamplePictures& pictures) {
  std::string text = fmt::format("<h2 class=\"{}\" id=\"s{}\">{}</h2>\n", number == 1 ? "first" : "next",
                                 number, escape("Source models: " + section_name(section)));
  text += html_paragraph(sample_line(analysis.score->words, section), "soft");
  text += answer_html(analysis, section);
  if (analysis.under_test) text += tiles(analysis, section);
  text += findings_list(analysis, section);
  if (!analysis.shortlist.empty())
    text += html_heading(3, with_capital(analysis.score->words.value) + " against cost") +
            figure_html(curve_figure(analysis, section), curve_caption(analysis));
  text += families_html(analysis, section);
  if (analysis.under_test) text += of_method_under_test(analysis, section, pictures);
  return text + html_heading(3, "Episodes") +
         long_table(analysis, "What became of the episodes of each method", episode_table(analysis, section));
}

}  // namespace ttt
