#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/forecast/measure.h"
#include "pipeline/plan/plan.h"
#include "pipeline/training/registry.h"

namespace ttt {

/// What one method that runs on samples will take.
struct MethodForecast {
  std::string name;
  int64_t samples = 0, done = 0;  // of all models together; done: in segments that are there
  int lanes = 1;                  // K
  int64_t lane_bytes = 0;
  double gflop = 0;         // of a sample
  double seconds = 0;       // of a sample
  double rank_seconds = 0;  // of what is left
  int64_t bytes = 0;        // of all its records
};

/// What a whole job will take, stage by stage.
struct Forecast {
  int ranks = 1, threads = 1;
  bool gpu = false;
  int64_t samples = 0;                     // of the test set in the run's split
  int64_t models = 0, trained = 0;         // trained: those that `train` still has to make
  std::optional<TrainingLength> training;  // of each of these
  std::vector<MethodForecast> methods;
  std::vector<std::string> derived;        // methods that are computed from records
  double prepare = 0, train = 0, run = 0;  // seconds of each stage on these ranks
  double rank_seconds = 0;                 // of train and run, summed over ranks
  double longest_unit = 0;                 // seconds
  std::string longest_unit_name;
  double lost_each = 0;  // seconds of work that an attempt leaves half done, in the mean
  int64_t memory = 0;    // bytes of a rank, as measured
  int64_t test_set = 0, weights = 0, records = 0;  // bytes on the disk

  double total() const { return prepare + train + run; }
};

/// What the forecast is of: where it runs, and what is done already.
struct ForecastOptions {
  int ranks = 1;
  bool prepared = false;
  int64_t trained = 0;  // models that are there
  std::optional<TrainingLength> training = {};
};

Forecast forecast(const JobSpec& spec, const TestSet& set, const RunPlan& plan, const Timings& measured,
                  const std::filesystem::path& dir, const ForecastOptions& options);

/// How long pieces of work take on so many ranks, each taking the next one when it is free, in this order.
double makespan(const std::vector<double>& seconds, int ranks);

/// How a job goes under a time limit.
struct Attempts {
  bool fits = false;  // in one
  bool ends = true;   // at all: its longest piece fits into one attempt
  int requeues = 0;   // after the first attempt
  double usable = 0;  // seconds of an attempt in which it works
};

/// `limit` in seconds. Slurm's signal comes 120 s before it, and each attempt but the last loses what it
/// leaves half done.
Attempts attempts_of(const Forecast& forecast, double limit);

/// As a page of text.
std::string forecast_text(const Forecast& forecast, const JobSpec& spec, const TestSet& set);

}  // namespace ttt
