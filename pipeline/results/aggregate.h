#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/results/units.h"
#include "schemas/files/results.h"
#include "schemas/test_set.h"

namespace ttt {

/// What aggregation knows of a method besides its records.
struct PlannedMethod {
  MethodResults facts;  // everything but costs and records
  /// For methods that are computed from the records of others: the method and the controls it brings along;
  /// nothing when what it reads is missing (partial results). Of the measured methods those have records that
  /// `reads` names, the others the shape of them (MeasuredSegments::outline). Empty: its units are measured.
  std::function<std::vector<MethodResults>(const Results& measured)> derive = {};
  std::function<std::vector<std::string>(const Results& outlines)> reads = {};
};

/// What aggregation needs to know besides the segments themselves.
struct AggregatePlan {
  std::filesystem::path dir;           // the run's folder: segments/ is read, results.h5 written
  std::vector<RunUnit> units;          // every unit there must be
  std::vector<PlannedMethod> methods;  // all methods in the spec's order
  std::vector<SourceModel> models;
  std::string spec;                         // the whole job spec as TOML
  double forward_flops = 0;                 // of one plain prediction
  bool partial = false;                     // publish although units are missing; labelled so everywhere
  int64_t part_bytes = int64_t{256} << 20;  // of records that are held at a time
};

/// What was published.
struct Aggregated {
  size_t methods = 0, models = 0, samples = 0;
  bool partial = false;  // units are missing
};

/// Reads every segment, checks that every record is there exactly once and belongs to this run, computes the
/// methods that are derived from the records of others, and publishes the results as `file`. Missing,
/// doubled, foreign and corrupt segments are named (all kinds counted, the first few listed) in one data
/// Error; nothing is published. Segment files that no unit asks for (a method taken out of the spec) are
/// ignored.
///
/// Records of measured methods are held in parts of `part_bytes`, however many there are. A derived method
/// holds those of the methods that it reads and its own, one derived method at a time.
Aggregated aggregate(const AggregatePlan& plan, const TestSet& set, const std::filesystem::path& file);

}  // namespace ttt
