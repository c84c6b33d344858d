#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

#include "pipeline/models/program_contract.h"

namespace ttt {

/// A file NAME.program: what it says of itself and its tensors, by the names of graphs' inputs: p.NAME,
/// b.NAME, c.N; on the CPU, in the types of the file.
struct ProgramFile {
  ProgramContract contract;
  std::map<std::string, at::Tensor> tensors;
};

/// Throws a data Error that names the file and what is wrong: no program, damaged, a tensor that is missing,
/// has another shape or type than a function reads, or holds a value that is not finite.
ProgramFile read_program(const std::filesystem::path& file);

}  // namespace ttt
