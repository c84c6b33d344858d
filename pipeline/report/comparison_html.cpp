#include <fmt/ranges.h>

#include "pipeline/report/comparison.h"
#include "pipeline/report/css.h"
#include "pipeline/report/html.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

using Rows = std::vector<std::vector<Cell>>;

/// What the words of the report (verdict.h) need to know.
Analysis frame_of(const JobComparison& comparison) {
  Analysis analysis;
  analysis.score = comparison.score;
  analysis.confidence = comparison.confidence;
  analysis.bootstrap = comparison.bootstrap;
  return analysis;
}

Cell difference_cell(const Analysis& frame, const Effect& effect) {
  if (!is_claimed(frame, effect)) return {gain_text(*frame.score, effect.gain)};
  return {gain_text(*frame.score, effect.gain), effect.gain > 0 ? "good" : "bad"};
}

std::string value_of(const JobComparison& comparison, const std::string& job) {
  const ScoreWords& words = comparison.score->words;
  return words.axis.empty() ? fmt::format("{}, {}", words.value, job)
                            : fmt::format("{}, {}, {}", words.value, job, words.axis);
}

std::string difference_of(const JobComparison& comparison) {
  return fmt::format("{}, {}",
                     comparison.score->lower_is_better ? comparison.score->words.gain : "difference",
                     comparison.score->words.gain_unit);
}

std::string test_of(const JobComparison& comparison) {
  return fmt::format("{} p", comparison.score->words.test);
}

std::string point_table(const JobComparison& comparison, const PairedSection& section) {
  const Analysis frame = frame_of(comparison);
  const std::string level = fmt::format("{:g} %", 100 * comparison.confidence);
  Rows rows;
  std::vector<size_t> groups;
  for (const PairedMethod& method : section.methods) {
    groups.push_back(rows.size());
    for (const PairedPoint& point : method.points) {
      const Effect& effect = point.difference;
      rows.push_back({{&point == &method.points.front() ? method.name : ""},
                      {milestone_text(point.milestone, method.unit)},
                      {short_number(point.cost_a)},
                      {short_number(point.cost_b)},
                      {value_text(*comparison.score, point.value_a)},
                      {value_text(*comparison.score, point.value_b)},
                      difference_cell(frame, effect),
                      {gain_range(*comparison.score, effect.over_models)},
                      {p_value(effect.p_models)},
                      {gain_range(*comparison.score, effect.bootstrap)},
                      {fmt::format("{} / {}", effect.better, effect.worse)},
                      {p_value(effect.p_samples)},
                      {fmt::format("{} of {}", point.changed, effect.n)}});
    }
  }
  return html_table({"method", "stopped at", "cost, " + comparison.name_a, "cost, " + comparison.name_b,
                     value_of(comparison, comparison.name_a), value_of(comparison, comparison.name_b),
                     difference_of(comparison), level + " over models", "p over models", level + " bootstrap",
                     rival_heading(*comparison.score, comparison.name_b, comparison.name_a),
                     test_of(comparison), "other predictions"},
                    rows, groups);
}

std::string shift_table(const JobComparison& comparison, const PairedMethod& method) {
  const Analysis frame = frame_of(comparison);
  Rows rows;
  for (const auto& [shift, effect] : method.by_shift) {
    const bool several = effect.by_model.size() > 1;
    const double p = several ? effect.p_models_holm : effect.p_samples_holm;
    const std::string_view tone = !is_small(frame, p) ? "" : effect.gain > 0 ? "good" : "bad";
    rows.push_back({{shift},
                    {grouped(effect.n)},
                    {gain_text(*comparison.score, effect.gain), tone},
                    {gain_range(*comparison.score, effect.over_models)},
                    {p_value(effect.p_models)},
                    {p_value(effect.p_models_holm)},
                    {fmt::format("{} / {}", effect.better, effect.worse)},
                    {p_value(effect.p_samples)},
                    {p_value(effect.p_samples_holm)}});
  }
  return html_table(
      {"shift", "n", difference_of(comparison), "over models", "p over models", "Holm",
       rival_heading(*comparison.score, "the second", "the first"), test_of(comparison), "Holm"},
      rows);
}

std::string difference_table(const JobComparison& comparison, const std::vector<TextDifference>& differences,
                             std::string_view nothing) {
  if (differences.empty()) return html_paragraph(nothing, "soft");
  Rows rows;
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("–") : text; };
  for (const TextDifference& one : differences) rows.push_back({{one.key}, {shown(one.a)}, {shown(one.b)}});
  return html_table({"", comparison.name_a, comparison.name_b}, rows, {}, "facts");
}

std::string section_html(const JobComparison& comparison, const PairedSection& section) {
  std::string text = html_heading(2, "Source models: " + section_name(section));
  text += html_paragraph(
      fmt::format("{} from {} under {}: {}.", counted(section.samples, "paired sample", "paired samples"),
                  counted(section.bases, comparison.score->words.base, comparison.score->words.bases),
                  counted(static_cast<int64_t>(section.models.size()), "source model", "source models"),
                  fmt::join(section.models, ", ")),
      "soft");
  text += "<ul class=\"findings\">\n";
  for (const std::string& sentence : comparison_sentences(comparison, section))
    text += fmt::format("<li class=\"plain\">{}</li>\n", escape(sentence));
  text += "</ul>\n";
  text +=
      figure_html(difference_figure(comparison, section),
                  fmt::format("At the last milestone that both jobs have. Intervals are over models, or over "
                              "{} where the models allow none.",
                              comparison.score->words.bases));
  text += point_table(comparison, section);
  text += figure_html(paired_curves_figure(comparison, section),
                      with_capital(comparison.score->words.value) + " of both jobs on the paired samples.");
  text += html_heading(3, "By shift");
  for (const PairedMethod& method : section.methods)
    if (!method.points.empty()) text += html_folded(method.name, shift_table(comparison, method));
  return text;
}

std::string what_differs(const JobComparison& comparison) {
  std::string text = html_heading(2, "What differs in the spec") +
                     difference_table(comparison, comparison.spec, "Nothing.") +
                     html_heading(2, "What differs in the fingerprint") +
                     difference_table(comparison, comparison.fingerprint, "Nothing.");
  const auto only = [&](const std::string& job, const std::vector<std::string>& methods) {
    return methods.empty() ? ""
                           : html_paragraph(fmt::format("Only in {}: {}.", job, fmt::join(methods, ", ")));
  };
  return text + only(comparison.name_a, comparison.only_a) + only(comparison.name_b, comparison.only_b);
}

std::string reading(const JobComparison& comparison) {
  const ScoreWords& words = comparison.score->words;
  return html_heading(2, "How to read it") +
         html_paragraph(fmt::format(
             "Every difference is that of {} less {}, on the same samples under source models of the same "
             "name, {}. Costs are in predictions of the source model of {}. Intervals and "
             "tests are those of the report: a t interval over models (another training), a bootstrap of {} "
             "resamples of whole {} and {} (other {}). A difference is "
             "coloured when both kinds show it. p-values of one method's shifts are adjusted by Holm.",
             comparison.name_b, comparison.name_a, words.reading_of_differences, comparison.name_a,
             comparison.bootstrap, words.bases, words.test_in_full, words.others));
}

}  // namespace

std::string section_name(const PairedSection& section) {
  return section.group + (section.split == Split::tune ? ", split tune" : "");
}

std::string_view pairing_remark(const JobComparison& comparison) {
  return comparison.other_test_sets
             ? "the test sets differ: samples are paired by their pixels, and since views are drawn by a "
               "sample's place in its set, predictions may differ where nothing else does"
             : "";
}

std::vector<std::string> comparison_sentences(const JobComparison& comparison, const PairedSection& section) {
  const Analysis frame = frame_of(comparison);
  const ScoreWords& words = comparison.score->words;
  std::vector<std::string> sentences;
  for (const PairedMethod& method : section.methods) {
    const std::string options = method.same_options ? "" : " (its options differ)";
    if (method.points.empty()) {
      sentences.push_back(fmt::format("{}{}: the jobs have no milestone in common.", method.name, options));
      continue;
    }
    const PairedPoint& last = method.points.back();
    const std::string at = milestone_text(last.milestone, method.unit);
    sentences.push_back(
        last.changed == 0
            ? fmt::format("{}{} at {}: every prediction is the same.", method.name, options, at)
            : fmt::format("{}{} at {}: {}{} in {}, {}{} in {}, {} {}. {}.", method.name, options, at,
                          value_text(*comparison.score, last.value_a), words.unit, comparison.name_a,
                          value_text(*comparison.score, last.value_b), words.unit, comparison.name_b,
                          gain_text(*comparison.score, last.difference.gain), words.gained,
                          tests_text(frame, last.difference)));
  }
  return sentences;
}

std::string comparison_html(const JobComparison& comparison) {
  const std::string title = fmt::format("{} against {}", comparison.name_b, comparison.name_a);
  std::string body;
  if (comparison.partial)
    body += "<div class=\"banner\">Partial results: units of one of the jobs are missing.</div>\n";
  body += html_heading(1, title);
  body += html_paragraph(fmt::format("{} samples are in both ({} in {}, {} in {}).",
                                     grouped(comparison.samples), grouped(comparison.samples_a),
                                     comparison.name_a, grouped(comparison.samples_b), comparison.name_b),
                         "soft");
  if (comparison.other_test_sets)
    body += html_paragraph(fmt::format("Note: {}.", pairing_remark(comparison)));
  if (!comparison.other_weights.empty())
    body += html_paragraph(fmt::format("The weights of {} differ: these are other trainings under one name.",
                                       fmt::join(comparison.other_weights, ", ")));
  for (const PairedSection& section : comparison.sections) body += section_html(comparison, section);
  body += what_differs(comparison) + reading(comparison);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title>\n"
      "<style>\n{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      escape(title), page_css(), body);
}

}  // namespace ttt
