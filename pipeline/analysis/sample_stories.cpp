#include "pipeline/analysis/sample_stories.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

#include "pipeline/analysis/outcome.h"

namespace ttt {
namespace {

std::string class_name(const Results& results, int64_t index) {
  if (index < 0) return "–";
  return index < static_cast<int64_t>(results.class_names.size()) ? results.class_names[index]
                                                                  : std::to_string(index);
}

std::string predicted(const Results& results, const Column& column, int model, int64_t row) {
  const Records& records = column.method->records[model];
  return class_name(results, records.predicted[row * records.milestones + column.milestone]);
}

double mean(std::span<const double> values) {
  double sum = 0;
  int n = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++n;
  }
  return n == 0 ? undefined : sum / n;
}

/// As one that got better (sign 1) or worse (sign -1).
SampleStory story_of(const CellScores& scores, const Results& results, const Slice& slice,
                     const MethodResults& method, int64_t row, double sign) {
  const Column before{&method, 0};
  const Column after{&method, static_cast<int>(method.cost.milestone.size()) - 1};
  SampleStory story;
  story.sample = results.sample[row];
  story.base = results.base[row];
  story.shift = results.severity[row] == 0 ? "clean" : results.shift_names[results.shift[row]];
  story.label = class_name(results, results.label[row]);
  story.severity = results.severity[row];
  std::vector<double> confidence, entropy, fall;
  for (const int model : slice.models) {
    const Outcome outcome = outcome_of(scores, method, model, row);
    story.better += outcome.gain > 0;
    story.worse += outcome.gain < 0;
    story.value_before.push_back(scores.value(before, model, row));
    story.value_after.push_back(scores.value(after, model, row));
    if (scores.family().has_classes) {
      story.before.push_back(predicted(results, before, model, row));
      story.after.push_back(predicted(results, after, model, row));
    }
    if (sign * outcome.gain > 0 && !story.answer_before && !story.answer_after) {
      story.answer_before = answer_of(before, model, row);
      story.answer_after = answer_of(after, model, row);
    }
    confidence.push_back(value(before, &Records::confidence, model, row));
    entropy.push_back(value(before, &Records::entropy, model, row));
    fall.push_back(outcome.loss_fall);
  }
  story.confidence = mean(confidence);
  story.entropy = mean(entropy);
  story.loss_fall = mean(fall);
  return story;
}

/// A row that may be told of.
struct Candidate {
  int models = 0;   // that it counts
  double fall = 0;  // of the main loss, mean over models; one that is not known counts as unchanged
  int64_t row = 0;
};

/// Rows that at least one model fixed, and that at least one broke.
struct Candidates {
  std::vector<Candidate> better, worse;
};

Candidates candidates_of(const CellScores& scores, const Slice& slice, const MethodResults& method) {
  Candidates candidates;
  std::vector<double> falls;
  for (const int64_t row : slice.rows) {
    int better = 0, worse = 0;
    falls.clear();
    for (const int model : slice.models) {
      const Outcome outcome = outcome_of(scores, method, model, row);
      better += outcome.gain > 0;
      worse += outcome.gain < 0;
      falls.push_back(outcome.loss_fall);
    }
    if (better == 0 && worse == 0) continue;
    const double known = mean(falls);
    const double fall = std::isfinite(known) ? known : 0;
    if (better > 0) candidates.better.push_back({better, fall, row});
    if (worse > 0) candidates.worse.push_back({worse, fall, row});
  }
  return candidates;
}

/// The rows with the most models, and of these the largest sign * fall, then the first.
std::vector<int64_t> top(std::vector<Candidate> candidates, double sign, size_t most) {
  const auto end = candidates.begin() + static_cast<int64_t>(std::min(most, candidates.size()));
  std::ranges::partial_sort(candidates, end, {}, [&](const Candidate& candidate) {
    return std::tuple(-candidate.models, -sign * candidate.fall, candidate.row);
  });
  std::vector<int64_t> rows;
  for (auto candidate = candidates.begin(); candidate != end; ++candidate) rows.push_back(candidate->row);
  return rows;
}

}  // namespace

SampleStories sample_stories(const Results& results, const Slice& slice, const MethodResults& method,
                             size_t most) {
  const CellScores scores(results);
  Candidates candidates = candidates_of(scores, slice, method);
  SampleStories stories;
  for (const int64_t row : top(std::move(candidates.better), 1, most))
    stories.better.push_back(story_of(scores, results, slice, method, row, 1));
  for (const int64_t row : top(std::move(candidates.worse), -1, most))
    stories.worse.push_back(story_of(scores, results, slice, method, row, -1));
  return stories;
}

}  // namespace ttt
