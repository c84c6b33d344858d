#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "schemas/files/results.h"

namespace ttt {

/// Rows of the same sample in the results of two jobs.
using RowPairs = std::vector<std::pair<int64_t, int64_t>>;

/// By the index into a test set that both used.
RowPairs rows_of_same_ids(const Results& a, const Results& b);

/// By what the samples are (sample_names()), of two test sets. `names` are those of all samples of the set.
RowPairs rows_of_same_samples(const Results& a, const std::vector<std::string>& names_a, const Results& b,
                              const std::vector<std::string>& names_b);

/// Two jobs on the samples, models and methods that they share, as results of one job: method i of the first
/// is methods[2 i], of the second methods[2 i + 1]. Coordinates are those of the first.
struct JoinedJobs {
  Results results;
  std::vector<std::string> only_a, only_b;  // methods that the other lacks
  std::vector<std::string> other_weights;   // models of one name whose weights differ
};

/// Models are paired by name. Throws a data Error in one sentence when the jobs share no sample, no model or
/// no method, or when their families of scores or their classes differ.
JoinedJobs join(const Results& a, const Results& b, const RowPairs& rows);

}  // namespace ttt
