#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/units.h"
#include "schemas/files/results.h"
#include "schemas/test_set.h"

namespace ttt {

/// What aggregation needs to know besides the segments themselves.
struct AggregatePlan {
  std::filesystem::path dir;           // the run's folder: segments/ is read, results.h5 written
  std::vector<RunUnit> units;          // every unit there must be (adapt and vote methods)
  std::vector<MethodOptions> methods;  // all methods in the spec's order, ensembles included
  std::vector<SourceModel> models;
  std::vector<std::string> notes;  // [methods] see MethodResults::note
  std::vector<std::string> specs;  // [methods] the method's TOML
  std::string spec;                // the whole job spec as TOML
  double forward_flops = 0;        // of one plain prediction
  bool partial = false;            // publish although units are missing; labelled so everywhere
};

/// Reads every segment, checks that every record is there exactly once and belongs to this run, computes the
/// ensembles from the stored logits at milestone 0 of the first adapt method, and returns the results.
/// Missing, doubled, foreign and corrupt segments are named (all kinds counted, the first few listed) in one
/// data Error; nothing is published. Segment files that no unit asks for (a method taken out of the spec) are
/// ignored.
Results aggregate(const AggregatePlan& plan, const TestSet& set);

}  // namespace ttt
