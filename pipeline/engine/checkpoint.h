#pragma once
#include <filesystem>

#include "pipeline/engine/train.h"
#include "schemas/fingerprint.h"

namespace ttt {

// A training that is not finished, as a safetensors file: tensors NAME and velocity/NAME, metadata `state`
// (JSON: step, sums over the present epoch) and `fingerprint` (JSON: recipe and environment, what the weights
// depend on).

void write_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                      const Fingerprint& fingerprint);

/// Throws a data Error naming the file when it is damaged, does not fit `architecture`, or belongs to another
/// training.
TrainingState read_checkpoint(const std::filesystem::path& file, const ResNet& architecture,
                              const Fingerprint& fingerprint);

}  // namespace ttt
