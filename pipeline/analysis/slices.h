#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/analysis/cells.h"

namespace ttt {

/// The samples of one split under the models of one group, cut the ways the report cuts them.
struct Slices {
  Slice all;  // every shifted sample; every clean one when none is shifted
  std::vector<std::pair<std::string, Slice>> shifts;  // in the test set's order, "clean" last
};

Slices slices_of(const Results& results, const std::string& group, Split split);

/// The same rows under one model.
Slice of_model(const Slice& slice, int model);

}  // namespace ttt
