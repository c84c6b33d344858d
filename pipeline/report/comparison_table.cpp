#include <fmt/ranges.h>

#include <utility>

#include "pipeline/report/comparison.h"
#include "pipeline/report/plain_table.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

using Row = std::vector<std::string>;

/// One cell: "-" for nothing, and no longer than a line can bear.
std::string shown(const std::string& text) {
  constexpr size_t longest = 40;
  if (text.empty()) return "-";
  return text.size() > longest ? fmt::format("{}..", std::string_view(text).substr(0, longest - 2)) : text;
}

std::string differences_text(std::string_view what, const JobComparison& comparison,
                             const std::vector<TextDifference>& differences) {
  if (differences.empty()) return fmt::format("{}: the same\n", what);
  std::vector<Row> rows = {{std::string(what), comparison.name_a, comparison.name_b}};
  for (const TextDifference& one : differences) {
    Row& row = rows.emplace_back();
    row.push_back(one.key);
    row.push_back(shown(one.a));
    row.push_back(shown(one.b));
  }
  return aligned(rows, 3);
}

Row row_of(const ScoreFamily& score, const std::string& name, const PairedMethod& method,
           const PairedPoint& point) {
  const Effect& effect = point.difference;
  Row row = {name,
             milestone_text(point.milestone, method.unit),
             value_text(score, point.value_a),
             value_text(score, point.value_b),
             gain_text(score, effect.gain),
             gain_range(score, effect.over_models),
             p_value(effect.p_models),
             gain_range(score, effect.bootstrap),
             fmt::format("{}/{}", effect.better, effect.worse),
             p_value(effect.p_samples)};
  for (std::string& cell : row) cell = plain(cell);
  return row;
}

std::string section_text(const JobComparison& comparison, const PairedSection& section) {
  const std::string level = fmt::format("{:g} %", 100 * comparison.confidence);
  std::vector<Row> rows = {
      {"method", "at", comparison.name_a, comparison.name_b,
       comparison.score->lower_is_better ? std::string(comparison.score->words.gain) : "difference",
       level + " over models", "p", level + " bootstrap",
       fmt::format("{} only there", comparison.score->words.rival_better),
       fmt::format("{} p", comparison.score->words.test)}};
  for (const PairedMethod& method : section.methods) {
    std::string name = method.name + (method.same_options ? "" : " *");
    for (const PairedPoint& point : method.points)
      rows.push_back(row_of(*comparison.score, std::exchange(name, ""), method, point));
    if (method.points.empty()) {
      rows.emplace_back(rows.front().size());
      rows.back()[0] = name + ": no common milestone";
    }
  }
  return plain(fmt::format("{}: {} x {}\n", section_name(section),
                           counted(section.samples, "paired sample", "paired samples"),
                           counted(static_cast<int64_t>(section.models.size()), "model", "models"))) +
         aligned(rows, 2);
}

}  // namespace

std::string comparison_text(const JobComparison& comparison) {
  std::string text;
  if (comparison.partial) text += "PARTIAL RESULTS: units of one of the jobs are missing\n";
  text += differences_text("spec", comparison, comparison.spec) +
          differences_text("fingerprint", comparison, comparison.fingerprint);
  for (const auto& [job, methods] :
       {std::pair(comparison.name_a, comparison.only_a), std::pair(comparison.name_b, comparison.only_b)})
    if (!methods.empty()) text += fmt::format("only in {}: {}\n", job, fmt::join(methods, ", "));
  if (comparison.other_test_sets) text += wrapped(std::string(pairing_remark(comparison)), "");
  if (!comparison.other_weights.empty())
    text += fmt::format("other weights under one name: {}\n", fmt::join(comparison.other_weights, ", "));
  bool options_differ = false;
  for (const PairedSection& section : comparison.sections) {
    text += "\n" + section_text(comparison, section);
    for (const PairedMethod& method : section.methods) options_differ |= !method.same_options;
    for (const std::string& sentence : comparison_sentences(comparison, section))
      text += wrapped("* " + plain(sentence), "  ");
  }
  return text + (options_differ ? "\n* behind a name: its options differ between the jobs\n" : "");
}

}  // namespace ttt
