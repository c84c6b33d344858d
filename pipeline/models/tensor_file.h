#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

#include "schemas/safetensors.h"

namespace ttt {

/// A tensor of a safetensors file, on the CPU and in its type. Throws a data Error naming `file` when
/// LibTorch does not have that type.
at::Tensor tensor_of(const std::string& file, const SafetensorsFile& read, const TensorEntry& entry);

/// All of them, by name. Throws a data Error naming the file.
std::map<std::string, at::Tensor> read_tensors(const std::filesystem::path& file);

/// Writes tensors of fp32, fp64 or int64.
void write_tensors(const std::filesystem::path& file, const std::map<std::string, at::Tensor>& tensors);

}  // namespace ttt
