#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/alternatives.h"

namespace ttt {

/// [model.NAME]: a group of source models of one family, as the registry of families knows it
/// (pipeline/models).
struct ModelOptions {
  std::string name;  // NAME; members are NAME-SEED, or NAME-1, NAME-2 ... for files
  Chosen family;
  bool operator==(const ModelOptions&) const = default;
};

/// Throws an OptionError for a name that cannot be a folder, a value out of its range, a broken rule.
void validate(const ModelOptions& options);

/// One source model of a group.
struct SourceModel {
  std::string name;     // file models/NAME.safetensors, entry of `model` in results.h5
  std::string group;    // ModelOptions::name
  uint64_t seed = 0;    // training seed; 0 for a file
  std::string weights;  // the user's file, or "" when trained here
};

}  // namespace ttt
