#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "pipeline/models/image_network.h"
#include "pipeline/models/program_contract.h"

namespace ttt {

/// The draws of a loss for one image's views, by their names: pure functions of (seed, sample, step, row,
/// position in the list). A row is an entry of the first axis; of a permutation it is each list that is
/// permuted. The first turns of shape ["views"] are those of task = "rotation". Floats are fp32, the others
/// int64; on the CPU.
std::map<std::string, at::Tensor> make_draws(const std::vector<ProgramDraw>& draws, const DrawKey& key,
                                             int64_t views);

}  // namespace ttt
