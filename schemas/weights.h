#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ttt {

/// A named fp32 array, row-major.
struct Array {
  std::vector<int64_t> shape;
  std::vector<float> values;
  bool operator==(const Array&) const = default;
};

/// The linear that makes logits of pooled features: logits = weight · features + bias.
struct FinalLinear {
  std::vector<float> weight;  // [C, F]
  std::vector<float> bias;    // [C]
};

/// A safetensors file: named arrays and string metadata. Only F32 is accepted; the header is checked
/// strictly.
struct WeightsFile {
  std::map<std::string, Array> arrays;
  std::map<std::string, std::string> metadata;
  bool operator==(const WeightsFile&) const = default;
};

/// Throws a data Error naming file and tensor.
WeightsFile read_weights(const std::filesystem::path& file);
void write_weights(const std::filesystem::path& file, const WeightsFile& weights);

}  // namespace ttt
