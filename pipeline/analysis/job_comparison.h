#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/analysis/effect.h"
#include "pipeline/analysis/joined_jobs.h"
#include "pipeline/analysis/text_differences.h"
#include "pipeline/scores/registry.h"
#include "schemas/report_options.h"

namespace ttt {

/// A method of both jobs, stopped at a milestone that both have. Differences are what `b` gains over `a`.
struct PairedPoint {
  int milestone = 0;
  double cost_a = undefined, cost_b = undefined;    // forward-equivalents of a's source model, nominal
  double value_a = undefined, value_b = undefined;  // over the paired cells, all models together
  int64_t changed = 0;                              // paired cells with another prediction
  Effect difference;
};

/// One method of both jobs.
struct PairedMethod {
  std::string name, unit;
  bool same_options = true;
  std::vector<PairedPoint> points;                       // milestones that both have; may be empty
  std::vector<std::pair<std::string, Effect>> by_shift;  // at the last of them, Holm-adjusted over shifts
};

/// The models of one group on one split.
struct PairedSection {
  std::string group;
  Split split = Split::report;
  std::vector<std::string> models;
  int64_t samples = 0, bases = 0;  // shifted ones, or clean ones when there are no others
  std::vector<PairedMethod> methods;
};

struct JobComparison {
  const ScoreFamily* score = &classification;
  std::string name_a, name_b;
  double confidence = 0.95;
  int bootstrap = 0;                                  // resamples
  bool partial = false;                               // one of them is
  bool other_test_sets = false;                       // samples were paired by their pixels
  int64_t samples_a = 0, samples_b = 0, samples = 0;  // of each job, and those that are paired
  std::vector<TextDifference> spec, fingerprint;
  std::vector<std::string> only_a, only_b;  // methods that the other lacks
  std::vector<std::string> other_weights;   // models whose weights differ
  std::vector<PairedSection> sections;      // split report before split tune
};

/// Everything in which job b differs from job a, on the samples that `rows` pair.
JobComparison compare(const Results& a, const Results& b, const RowPairs& rows, const ReportOptions& options);

}  // namespace ttt
