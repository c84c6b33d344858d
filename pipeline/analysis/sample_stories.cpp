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

SampleStory story_of(const Results& results, const Slice& slice, const MethodResults& method, int64_t row) {
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
    const Outcome outcome = outcome_of(method, model, row);
    story.fixed += outcome.flip > 0;
    story.broken += outcome.flip < 0;
    story.before.push_back(predicted(results, before, model, row));
    story.after.push_back(predicted(results, after, model, row));
    confidence.push_back(value(before, &Records::confidence, model, row));
    entropy.push_back(value(before, &Records::entropy, model, row));
    fall.push_back(outcome.loss_fall);
  }
  story.confidence = mean(confidence);
  story.entropy = mean(entropy);
  story.loss_fall = mean(fall);
  return story;
}

/// A loss that is not known counts as unchanged, so that the order is complete.
double fall_of(const SampleStory& story) { return std::isfinite(story.loss_fall) ? story.loss_fall : 0; }

/// The stories with the most of `count`, and of these the largest sign * fall.
std::vector<SampleStory> top(std::vector<SampleStory> stories, int SampleStory::*count, double sign,
                             size_t most) {
  std::erase_if(stories, [&](const SampleStory& story) { return story.*count == 0; });
  std::ranges::stable_sort(stories, {}, [&](const SampleStory& story) {
    return std::tuple(-(story.*count), -sign * fall_of(story));
  });
  stories.resize(std::min(stories.size(), most));
  return stories;
}

}  // namespace

SampleStories sample_stories(const Results& results, const Slice& slice, const MethodResults& method,
                             size_t most) {
  std::vector<SampleStory> stories;
  for (const int64_t row : slice.rows) stories.push_back(story_of(results, slice, method, row));
  return {top(stories, &SampleStory::fixed, 1, most), top(stories, &SampleStory::broken, -1, most)};
}

}  // namespace ttt
