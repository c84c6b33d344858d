#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/scores/registry.h"

namespace ttt {
namespace {

double right(const ScoredCell& cell) { return cell.records.correct[cell.at()] != 0 ? 1 : 0; }

/// Without an answer no cell of it is right.
RatioTerms right_cells(const ScoredCell& cell) {
  if (cell.records.cells_right.empty()) return {};
  const double share = cell.records.cells_right[cell.at()];
  return {std::isfinite(share) ? share : 0, 1};
}

/// Where there is no second candidate, the first alone decides.
RatioTerms right_of_two(const ScoredCell& cell) {
  if (cell.records.second_right.empty()) return {};
  const double of_two = cell.records.second_right[cell.at()];
  return {std::isfinite(of_two) ? of_two : right(cell), 1};
}

double itself(double ratio) { return ratio; }

/// By the answers where they are kept.
bool same(const ScoredCell& a, const ScoredCell& b) {
  if (a.records.answer.empty() || b.records.answer.empty()) return right(a) == right(b);
  const auto first = [](const ScoredCell& cell) {
    return cell.records.answer.begin() + static_cast<int64_t>(cell.at()) * cell.records.cell_count;
  };
  return std::equal(first(a), first(a) + a.records.cell_count, first(b), first(b) + b.records.cell_count);
}

constexpr std::array beside = {
    SideFigure{.name = "right cells",
               .heading = "right cells, %",
               .key = "right_cells",
               .definition = "Mean share of the cells of an answer that are right; 0 without an answer.",
               .terms = right_cells,
               .figure = itself,
               .scale = 100,
               .decimals = 1},
    SideFigure{.name = "pass@2",
               .heading = "pass@2, %",
               .key = "pass_at_2",
               .definition = "Share of the puzzles of which one of the first two candidates is right, as "
                             "ARC scores them; where a method has one candidate only, that one decides.",
               .terms = right_of_two,
               .figure = itself,
               .scale = 100,
               .decimals = 1}};

}  // namespace

constinit const ScoreFamily exact_match = {
    .name = "exact_match",
    .summary = "the whole answer against the expected one",
    .columns = "correct, cells_right, second_right, answer",
    .statistics =
        "exact match with Wilson's interval (JASA 1927); fixed and broken answers with McNemar's exact test "
        "(Psychometrika 1947); gains with a bootstrap clustered by base puzzle; right cells and pass@2 "
        "(Chollet, 2019) beside it",
    .needs = "an expected answer for each sample",
    .cost = "nothing: answers are compared",
    .has_classes = false,
    .has_confidence = false,
    .has_answers = true,
    .beside = beside,
    .words = {.value = "exact match",
              .key = "exact_match",
              .axis = "%",
              .unit = " %",
              .suffix = " %",
              .gain = "gain",
              .gained = "points",
              .gain_unit = "points",
              .over_source = "Gain over the source model, points",
              .gains = "gains",
              .loses = "loses",
              .best = "best",
              .equally_good = "equally good",
              .interval = "Wilson",
              .interval_name = "Wilson interval",
              .interval_definition = "interval of an exact match as if all answers were independent.",
              .test = "McNemar",
              .test_in_full = "McNemar's exact test",
              .test_key = "p_mcnemar",
              .test_name = "McNemar",
              .test_definition = "Exact two-sided binomial test of fixed against broken answers. With models "
                                 "pooled it is optimistic: answers to one puzzle are correlated.",
              .test_of = "McNemar's",
              .gain_definition =
                  "Difference in exact match to the source model on the same puzzles, in points.",
              .reading_of_differences = "in points of exact match",
              .judged = "answers",
              .better = "fixed",
              .worse = "broken",
              .became_better = "wrong → right",
              .became_worse = "right → wrong",
              .changes =
                  "Answers that adaptation changed from wrong to right and from right to wrong, all source "
                  "models together.",
              .rival_better = "right",
              .made_better = "models that fixed it",
              .made_worse = "models that broke it",
              .base = "base puzzle",
              .bases = "base puzzles",
              .others = "puzzles",
              .loss = "mean negative log-likelihood of the answer",
              .diverged = "Counted as wrong from there on: the learning rate may be too high.",
              .bad_input = "are left out of every figure."},
    .same = same};

}  // namespace ttt
