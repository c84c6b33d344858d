#include <fmt/format.h>

#include "pipeline/report/choice_html.h"
#include "pipeline/report/css.h"
#include "pipeline/report/html.h"
#include "pipeline/report/report.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/section_html.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

constexpr std::string_view partial_banner =
    "<div class=\"banner\">Partial results: some units of this run are missing. Figures compare only what is "
    "there "
    "and may change.</div>\n";

std::string facts_table(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& [name, value] : facts) rows.push_back({{name}, {value}});
  return html_table({}, rows, {}, "facts");
}

std::string folded(std::string_view summary, std::string_view text) {
  return html_folded(summary, fmt::format("<pre>{}</pre>", escape(text)));
}

std::string navigation(const Analysis& analysis) {
  std::string text = "<nav>";
  for (size_t i = 0; i < analysis.sections.size(); ++i)
    text += fmt::format("<a href=\"#s{}\">{}</a> · ", i + 1, escape(section_name(analysis.sections[i])));
  return text + "<a href=\"#reading\">How to read it</a> · <a href=\"#provenance\">Provenance</a></nav>\n";
}

std::string definition(std::string_view term, std::string_view text) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape(term), escape(text));
}

/// Of what stands beside the value, and of what needs confidences.
std::string definitions_beside(const ScoreFamily& score) {
  std::string text;
  for (const SideFigure& figure : score.beside)
    text += definition(with_capital(figure.name), figure.definition);
  if (score.has_confidence)
    text += definition("Calibration error",
                       "Mean distance of confidence and accuracy over 15 bins of confidence.");
  return text;
}

std::string reading(const Analysis& analysis) {
  const ScoreWords& words = analysis.score->words;
  const std::string level = fmt::format("{:g} %", 100 * analysis.confidence);
  return html_heading(2, "How to read it", "reading") + "<dl>\n" +
         definition(
             "Forward-equivalent",
             fmt::format("The FLOPs of one prediction of the source model ({}). Steps, views and passes of "
                         "every method are charged in it; a step on V views costs about 3 V. A sample that "
                         "stopped early is charged what it paid.",
                         flops_text(analysis.source_flops))) +
         definition("Gain", words.gain_definition) +
         definition("Interval over models",
                    "t interval over the gains of the source models, on these samples: what another training "
                    "seed would "
                    "give. Undefined for one model, and for an ensemble, which is one.") +
         definition(words.interval_name, fmt::format("{} {}", level, words.interval_definition)) +
         definition("Bootstrap",
                    fmt::format("{} percentile interval of the gain from {} resamples of whole {}, for these "
                                "source models.",
                                level, analysis.bootstrap, words.bases)) +
         definition(words.test_name, words.test_definition) +
         definition(
             "Holm",
             fmt::format(
                 "p-values adjusted so that testing many shifts finds a false one in at most {:g} % of "
                 "runs.",
                 100 * (1 - analysis.confidence))) +
         definition(
             "What is claimed",
             fmt::format("A gain or loss is claimed without reserve when two things hold: the interval over "
                         "models excludes 0 (other trainings would show it), and on these samples {} p "
                         "is below {:g} and the bootstrap interval excludes 0 (other {} would show it). "
                         "When one holds, the sentence says for what it speaks; when none does, the "
                         "difference is called not distinguishable. One model can speak for itself only.",
                         words.test_of, 1 - analysis.confidence, words.others)) +
         definitions_beside(*analysis.score) +
         definition("Pareto front",
                    fmt::format("The points that no point of the same or a lower cost equals or beats in {}. "
                                "Placebos, controls and oracles are left out.",
                                words.value)) +
         definition("Family",
                    "Methods of one kind. Its best point is chosen on the split tune where that was "
                    "evaluated, else on the reported samples, which flatters it.") +
         definition("Rank correlation",
                    "Spearman's: +1 where samples with more of the one always have more of the other, "
                    "−1 where always less, 0 where the one says nothing of the order of the other.") +
         definition(
             "All",
             "Pooled figures are of shifted samples; clean ones (severity 0) stand apart. Model groups "
             "and splits are never pooled.") +
         "</dl>\n";
}

std::string provenance_html(const Provenance& provenance) {
  std::string text = html_heading(2, "Provenance", "provenance") + facts_table(provenance.facts);
  for (const auto& [name, toml] : provenance.methods) text += folded("Method " + name, toml);
  if (!provenance.spec.empty()) text += folded("The whole job spec", provenance.spec);
  return text;
}

}  // namespace

Provenance provenance_of(const Results& results) {
  Provenance provenance;
  provenance.facts.assign(results.provenance.begin(), results.provenance.end());
  for (const MethodResults& method : results.methods)
    provenance.methods.emplace_back(method.name, method.spec);
  provenance.spec = results.spec;
  return provenance;
}

std::string report_html(const Analysis& analysis, const Provenance& provenance,
                        const SamplePictures& pictures) {
  std::string body = analysis.partial ? std::string(partial_banner) : "";
  body += html_heading(1, analysis.title);
  body += html_paragraph("What test-time training buys over the source model, and what it costs.", "soft");
  body += navigation(analysis);
  body += choices_html(analysis, provenance.choices);
  for (size_t i = 0; i < analysis.sections.size(); ++i)
    body += section_html(analysis, analysis.sections[i], static_cast<int>(i) + 1, pictures);
  body += reading(analysis) + provenance_html(provenance);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}{}</title>\n"
      "<style>\n{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      analysis.partial ? "Partial: " : "", escape(analysis.title), page_css(), body);
}

}  // namespace ttt
