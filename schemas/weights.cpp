#include "schemas/weights.h"

#include <cstring>

#include "schemas/error.h"
#include "schemas/safetensors.h"

namespace ttt {
namespace {

std::vector<float> floats(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// Throws an internal Error unless as many values are there as the shape has places.
void check_shape(const std::filesystem::path& file, const std::string& name, const Array& array) {
  int64_t size = 1;
  for (const int64_t length : array.shape) size *= length;
  if (size != static_cast<int64_t>(array.values.size())) {
    fail(ExitCode::internal, "{}: tensor {} has {} values for {} places", file.string(), name,
         array.values.size(), size);
  }
}

}  // namespace

WeightsFile read_weights(const std::filesystem::path& file) {
  const SafetensorsFile read(file);
  WeightsFile weights{{}, read.metadata()};
  for (const TensorEntry& tensor : read.tensors()) {
    if (tensor.type != "F32") {
      fail(ExitCode::data, "{}: tensor {} has dtype \"{}\", only F32 is read; convert it with .float()",
           file.string(), tensor.name, tensor.type);
    }
    weights.arrays[tensor.name] = {tensor.shape, floats(read.bytes(tensor))};
  }
  return weights;
}

void write_weights(const std::filesystem::path& file, const WeightsFile& weights) {
  std::vector<TensorBytes> tensors;
  for (const auto& [name, array] : weights.arrays) {
    check_shape(file, name, array);
    tensors.push_back(
        {name,
         "F32",
         array.shape,
         {reinterpret_cast<const char*>(array.values.data()), array.values.size() * sizeof(float)}});
  }
  write_safetensors(file, tensors, weights.metadata);
}

}  // namespace ttt
