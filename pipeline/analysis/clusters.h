#pragma once
#include <cstddef>
#include <vector>

#include "pipeline/analysis/cells.h"

namespace ttt {

/// More base images than this are drawn in this many groups, into which chance puts them: the groups are as
/// independent as the images, an interval's width is known to 0.7 %, and its time no longer grows.
inline constexpr size_t most_clusters = 10'000;

/// Base images of a slice, or groups of them, numbered from 0: what a bootstrap draws.
struct Clusters {
  std::vector<size_t> of_row;  // [rows of the slice]
  size_t count = 0;
};

Clusters clusters_by_base(const Results& results, const Slice& slice);

}  // namespace ttt
