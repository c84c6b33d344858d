#include "pipeline/models/tensor_file.h"

#include <cstring>

#include "kernels/torch.h"
#include "schemas/error.h"

namespace ttt {
namespace {

const std::map<std::string, at::ScalarType> types = {
    {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf},  {"BF16", at::kBFloat16},
    {"I64", at::kLong},   {"I32", at::kInt},   {"I16", at::kShort}, {"I8", at::kChar},
    {"U8", at::kByte},    {"BOOL", at::kBool}};

std::string type_name(const at::Tensor& tensor) {
  for (const auto& [name, type] : types)
    if (type == tensor.scalar_type()) return name;
  fail(ExitCode::internal, "no name for a type of numbers");
}

}  // namespace

at::Tensor tensor_of(const std::string& file, const SafetensorsFile& read, const TensorEntry& entry) {
  const auto type = types.find(entry.type);
  if (type == types.end())
    fail(ExitCode::data, "{}: tensor {} has dtype {}, which LibTorch does not have", file, entry.name,
         entry.type);
  const at::Tensor tensor = at::empty(entry.shape, type->second);
  const std::string_view bytes = read.bytes(entry);
  if (!bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

std::map<std::string, at::Tensor> read_tensors(const std::filesystem::path& file) {
  const SafetensorsFile read(file);
  std::map<std::string, at::Tensor> tensors;
  for (const TensorEntry& entry : read.tensors()) tensors[entry.name] = tensor_of(file.string(), read, entry);
  return tensors;
}

void write_tensors(const std::filesystem::path& file, const std::map<std::string, at::Tensor>& tensors) {
  std::vector<TensorBytes> parts;
  std::vector<at::Tensor> held;
  for (const auto& [name, tensor] : tensors) {
    held.push_back(tensor.detach().to(at::kCPU).contiguous());
    const auto* data = static_cast<const char*>(held.back().const_data_ptr());
    parts.push_back({name, type_name(held.back()), held.back().sizes().vec(), {data, held.back().nbytes()}});
  }
  write_safetensors(file, parts, {});
}

}  // namespace ttt
