#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/models/source_network.h"
#include "pipeline/results/units.h"
#include "schemas/files/results.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

/// One episode, or for a method on streams its stream up to and with one sample.
struct ChosenEpisode {
  const RunUnit* unit = nullptr;
  size_t row = 0;  // of the unit's samples
};

/// `count` episodes drawn by `seed`: methods in turn, so that each has one before any has two, and of each
/// any unit and any sample.
std::vector<ChosenEpisode> choose_episodes(const std::vector<RunUnit>& units, int count, uint64_t seed);

/// The column of these records in which two rows are not the same bytes, or "".
std::string differing_column(const Records& a, int64_t row_a, const Records& b, int64_t row_b);

/// What recomputing needs.
struct RecomputeInput {
  const Results& results;
  const TestSetFile& test_set;
  uint64_t seed = 1;        // of the run
  bool keep_logits = true;  // the run kept them
  std::function<const SourceNetwork&(const SourceModel&)> source;
};

/// Does the episode again and compares it with the results -> a line for the first column that differs, or
/// "".
std::string recompute(const ChosenEpisode& episode, const RecomputeInput& input);

}  // namespace ttt
