#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/analysis/grid.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// What the method under test made of one sample, over the models of a section.
struct SampleStory {
  int64_t sample = 0;        // index into the test set
  int64_t base = 0;          // its base image
  std::string shift, label;  // names
  int severity = 0;
  int better = 0, worse = 0;  // models whose prediction went from wrong to right, and from right to wrong
  std::vector<std::string> before,
      after;  // [models] classes predicted at the first and the last milestone; "–": none
  std::vector<double> value_before, value_after;       // [models] of the cells at these milestones
  std::optional<Grid> answer_before, answer_after;     // of the first model that changed it so
  double confidence = undefined, entropy = undefined;  // of the source predictions, means over models
  double loss_fall = undefined;                        // of the main loss, nats, mean over models
};

/// Samples that the most models fixed and that the most models broke.
struct SampleStories {
  std::vector<SampleStory> better, worse;
};

/// At most `most` of each kind, none without such a model. Of samples with equal counts first the one whose
/// main loss fell (or, of broken ones, rose) the most, then the first of the test set. Milestone 0 must be
/// the source model's prediction.
SampleStories sample_stories(const Results& results, const Slice& slice, const MethodResults& method,
                             size_t most);

}  // namespace ttt
