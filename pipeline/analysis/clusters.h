#pragma once
#include <cstddef>
#include <vector>

#include "pipeline/analysis/cells.h"

namespace ttt {

/// Base images of a slice, numbered from 0: what a bootstrap draws.
struct Clusters {
  std::vector<size_t> of_row;  // [rows of the slice]
  size_t count = 0;
};

Clusters clusters_by_base(const Results& results, const Slice& slice);

}  // namespace ttt
