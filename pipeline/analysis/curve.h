#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/analysis/effect.h"
#include "pipeline/scores/registry.h"

namespace ttt {

/// The value of a column of predictions: share of right ones, or mean over cells.
struct Score {
  int64_t n = 0;
  int64_t correct = 0;  // of a right/wrong family
  double value = undefined;
  Interval interval;     // over samples: Wilson's, cells taken as independent, or t over base samples
  Interval over_models;  // t interval over the models' values
};

/// One method stopped at one milestone.
struct Point {
  int milestone = 0;
  double flops = undefined;  // FLOPs a sample really paid on average: gated and diverged ones stop early
  double forward_equivalents = undefined;           // flops over those of one prediction of the source model
  int64_t forward_passes = 0, backward_passes = 0;  // nominal, as CostTable
  int gradient_steps = 0, views = 0;
  Score score;
  Effect gain;                   // over the source model's prediction on the same cells
  double main_loss = undefined;  // mean over cells, nats
  std::vector<double> beside;    // [ScoreFamily::beside]
  double calibration_error = undefined;
};

/// The source model's value on the same cells. Models with fewer cells count less in it than in the gain,
/// which is a mean over models: partial results have such.
double source_value(const Point& point, const ScoreFamily& score = classification);

/// A method over its milestones, on one slice of the cells.
struct Curve {
  int method = 0;     // index into Results::methods
  std::string model;  // "" : all models of the section
  std::string shift;  // "" : all shifted samples; else a shift's name, "clean" for severity 0
  std::vector<Point> points;
};

/// All methods on one slice. `source` may be absent; gains are undefined then.
std::vector<Curve> curves_on(const Results& results, const Slice& slice, const std::optional<Column>& source,
                             const BootstrapOptions& options);

}  // namespace ttt
