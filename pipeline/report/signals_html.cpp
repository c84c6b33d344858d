#include "pipeline/report/signals_html.h"

#include <fmt/format.h>

#include <cmath>

#include "pipeline/report/html.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

/// A correlation with its sign: "+0.31", "−0.05".
std::string correlation(double rho) {
  if (!std::isfinite(rho)) return "–";
  const double rounded = std::round(100 * rho) / 100;
  if (rounded == 0) return "0.00";
  return fmt::format("{}{:.2f}", rounded < 0 ? "−" : "+", std::abs(rounded));
}

std::string correlation_range(Interval interval) {
  if (!std::isfinite(interval.low)) return "–";
  return correlation(interval.low) + " … " + correlation(interval.high);
}

/// Coloured where the interval excludes 0.
Cell correlation_cell(double rho, Interval interval) {
  return {correlation(rho), interval.low > 0 ? "good" : interval.high < 0 ? "bad" : ""};
}

std::string name_of(const Signal& signal) {
  if (signal.uses_label) return signal.name + " (uses labels)";
  return signal.is_early ? signal.name : signal.name + " (after adaptation)";
}

/// What a cell gains, as the heading of a correlation with it.
std::string gain_of_a_cell(const ScoreFamily& score) {
  return score.right_or_wrong ? fmt::format("with {}", score.words.became_better)
                              : fmt::format("with {} {}", score.words.gain_unit, score.words.gain);
}

std::string signal_table(const Analysis& analysis, const Section& section) {
  const std::string level = fmt::format("{:g} % bootstrap", 100 * analysis.confidence);
  std::vector<std::vector<Cell>> rows;
  for (const Signal& signal : section.signals)
    rows.push_back({{name_of(signal)},
                    {grouped(signal.cells)},
                    correlation_cell(signal.with_loss, signal.with_loss_interval),
                    {correlation_range(signal.with_loss_interval)},
                    correlation_cell(signal.with_gain, signal.with_gain_interval),
                    {correlation_range(signal.with_gain_interval)}});
  return html_table(
      {"signal", "n", "with the fall of the main loss", level, gain_of_a_cell(*analysis.score), level}, rows);
}

std::string bin_table(const Analysis& analysis, const Section& section) {
  std::vector<std::vector<Cell>> rows;
  for (const EntropyBin& bin : section.entropy_bins)
    rows.push_back({{fmt::format("{} – {}", short_number(bin.low), short_number(bin.high))},
                    {grouped(bin.n)},
                    {value_text(*analysis.score, bin.source_accuracy)},
                    {gain_text(*analysis.score, bin.gain), bin.interval.low > 0    ? "good"
                                                           : bin.interval.high < 0 ? "bad"
                                                                                   : ""},
                    {gain_range(*analysis.score, bin.interval)},
                    {short_number(bin.loss_fall)}});
  return html_table(
      {"source entropy, nats", "n", "source, %", gain_heading(*analysis.score),
       fmt::format("{:g} % bootstrap", 100 * analysis.confidence), "fall of the main loss, nats"},
      rows);
}

}  // namespace

std::string signals_html(const Analysis& analysis, const Section& section) {
  if (section.signals.empty()) return "";
  return html_heading(3, "When does it help?") +
         html_paragraph(
             fmt::format(
                 "Spearman's rank correlation of what is known of a sample with what adaptation does to it "
                 "by "
                 "its last milestone: within each source model, then the mean over models. Intervals are of "
                 "these models, over {}, and not adjusted for the number of signals.",
                 analysis.score->words.bases),
             "note") +
         signal_table(analysis, section) +
         (section.entropy_bins.empty()
              ? ""
              : html_paragraph(
                    "Gain by the entropy of the source model's prediction, in fifths of all predictions.",
                    "note") +
                    bin_table(analysis, section));
}

}  // namespace ttt
