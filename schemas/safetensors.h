#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ttt {

/// A tensor of a safetensors file.
struct TensorEntry {
  std::string name;
  std::string type;  // as the file says: "F32", "I64", ...
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // bytes after the header
};

/// A safetensors file in memory (huggingface.co/docs/safetensors), its header checked strictly. Throws a data
/// Error naming file and tensor.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& file);

  const std::vector<TensorEntry>& tensors() const { return tensors_; }  // by name
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// The values of a tensor, row-major, little-endian.
  std::string_view bytes(const TensorEntry& tensor) const;

 private:
  std::string bytes_;
  size_t values_ = 0;  // where they begin
  std::vector<TensorEntry> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Bytes of one number of a type, 0 for a type that the format does not have.
uint64_t bytes_of_type(std::string_view type);

/// One tensor to write.
struct TensorBytes {
  std::string name;
  std::string type;
  std::vector<int64_t> shape;
  std::string_view bytes;
};

/// Writes a safetensors file, the tensors in the order given.
void write_safetensors(const std::filesystem::path& file, const std::vector<TensorBytes>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace ttt
