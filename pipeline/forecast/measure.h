#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "pipeline/plan/plan.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

/// What one process took on this machine, in seconds unless said otherwise.
struct Timings {
  double sample = 0;                     // to make one of the test set
  double read = 0;                       // to read or draw a sample that is trained on
  double trained = 0;                    // of a training, for what Training::seen() counts; 0: none
  double features = 0;                   // of one sample, for methods that look for neighbours; 0: none does
  std::map<std::string, double> method;  // of one sample of each
  int64_t memory = 0;                    // most bytes that the process held
};

/// What is measured of a job.
struct MeasureOptions {
  double seconds = 1;  // of running, each
};

/// Runs a second of everything that the job will do: makes samples, trains, and evaluates each method that
/// runs on samples, K at a time with the engine, on the weights of `dir` where they are and initial ones
/// elsewhere. After prepare_process().
Timings measure(const JobSpec& spec, const TestSetFile& set, const RunPlan& plan,
                const std::filesystem::path& dir, const MeasureOptions& options);

}  // namespace ttt
