#pragma once
#include <filesystem>

#include "pipeline/training/training.h"
#include "schemas/fingerprint.h"

namespace ttt {

// A training that is not finished, as a safetensors file: tensors NAME and MOMENT/NAME, metadata `state`
// (JSON: TrainingState::numbers) and `fingerprint` (JSON: recipe and environment, what the weights depend
// on).

void write_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                      const Fingerprint& fingerprint);

/// Takes a training that has just begun to where the file stands. Throws a data Error naming the file when it
/// is damaged, does not fit the network, or belongs to another training.
void restore_checkpoint(const std::filesystem::path& file, const Fingerprint& fingerprint,
                        Training& training);

}  // namespace ttt
