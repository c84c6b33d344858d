#include "schemas/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/strict_json.h"

// 8 bytes little-endian length of the header; the header, a JSON object padded with blanks to a multiple of
// 8,
//   {"NAME": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, ...,
//    "__metadata__": {"KEY": "TEXT"}}
// then the values, to which the offsets refer. Names and bytes are those that the Python package writes: a
// model saved there with `safetensors.torch.save_file` loads here.

namespace ttt {
namespace {

using nlohmann::json;

constexpr uint64_t length_size = 8;             // bytes before the header
constexpr uint64_t longest_header = 100 << 20;  // bytes
constexpr size_t header_levels = 4;             // the shape of a tensor lies on the third
static_assert(std::endian::native == std::endian::little);

/// Reads the header of a file's bytes.
class HeaderReader {
 public:
  HeaderReader(std::string file, std::string_view bytes) : file_(std::move(file)), bytes_(bytes) {}

  template <typename... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ExitCode::data, "{}: {}", file_, fmt::format(format, std::forward<Args>(args)...));
  }

  uint64_t header_length() const {
    const std::string_view start = bytes_.substr(0, 4);
    if (start == "PK\x03\x04" || start.starts_with("\x80\x02") || start.starts_with("\x80\x04")) {
      refuse("looks like a PyTorch pickle, which can run code; save it with safetensors.torch.save_file");
    }
    if (bytes_.size() < length_size)
      refuse("is {} bytes long, too short for a safetensors file", bytes_.size());
    uint64_t length;
    std::memcpy(&length, bytes_.data(), length_size);
    if (length == 0) refuse("has an empty header; is it a safetensors file?");
    if (length > longest_header)
      refuse("claims a header of {} bytes (more than 100 MB); is it a safetensors file?", length);
    if (length > bytes_.size() - length_size) {
      refuse("claims a header of {} bytes, past the end of the file ({} bytes); is it cut short?", length,
             bytes_.size());
    }
    return length;
  }

  json parse() const {
    const std::string_view text = bytes_.substr(length_size, header_length());
    if (text.front() != '{') refuse("the header is not a JSON object; is it a safetensors file?");
    const std::string problem = problem_of_json(text, header_levels);
    if (!problem.empty()) refuse("the header {}; is it a safetensors file?", problem);
    return json::parse(text);
  }

  std::map<std::string, std::string> metadata(const json& value) const {
    if (value.is_null()) return {};  // some writers say so that there is none
    if (!value.is_object()) refuse("__metadata__ is not an object of texts");
    std::map<std::string, std::string> texts;
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) refuse("__metadata__ {} is not text", key);
      texts[key] = text.get<std::string>();
    }
    return texts;
  }

  TensorEntry entry(const std::string& name, const json& value) const {
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
        !value.contains("data_offsets")) {
      refuse("tensor {} does not have exactly dtype, shape and data_offsets", name);
    }
    const json& type = value["dtype"];
    uint64_t size = type.is_string() ? bytes_of_type(type.get<std::string>()) : 0;
    if (size == 0)
      refuse("tensor {} has dtype {}, only F32 is read; convert it with .float()", name, type.dump());
    const std::vector<uint64_t> offsets = naturals(name, value, "data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1])
      refuse("tensor {}: data_offsets are not [begin, end]", name);
    TensorEntry e{name, type.get<std::string>(), {}, offsets[0], offsets[1]};
    for (const uint64_t length : naturals(name, value, "shape")) {
      if (length > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) ||
          __builtin_mul_overflow(size, length, &size)) {
        refuse("tensor {}: its shape has more elements than can be counted", name);
      }
      e.shape.push_back(static_cast<int64_t>(length));
    }
    if (size != e.end - e.begin)
      refuse("tensor {}: shape needs {} bytes, data_offsets give {}", name, size, e.end - e.begin);
    return e;
  }

  /// The tensors must fill the `size` bytes after the header without gap or overlap.
  void check_layout(std::vector<TensorEntry> entries, uint64_t size) const {
    std::sort(entries.begin(), entries.end(), [](const TensorEntry& a, const TensorEntry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    uint64_t at = 0;
    for (const TensorEntry& e : entries) {
      if (e.begin != at)
        refuse("tensor {} begins at byte {}, not {} where the one before ends", e.name, e.begin, at);
      at = e.end;
    }
    if (at != size) refuse("the tensors take {} bytes, the file holds {}; is it cut short?", at, size);
  }

 private:
  /// A list of integers >= 0.
  std::vector<uint64_t> naturals(const std::string& name, const json& value, const char* key) const {
    const json& list = value.at(key);
    if (!list.is_array()) refuse("tensor {}: {} is not a list", name, key);
    std::vector<uint64_t> numbers;
    for (const json& number : list) {
      if (!number.is_number_unsigned())
        refuse("tensor {}: {} holds {}, not a whole number >= 0", name, key, number.dump());
      numbers.push_back(number.get<uint64_t>());
    }
    return numbers;
  }

  std::string file_;
  std::string_view bytes_;
};

std::string header_of(const std::vector<TensorBytes>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t at = 0;
  for (const TensorBytes& tensor : tensors) {
    const uint64_t end = at + tensor.bytes.size();
    header[tensor.name] = {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text = header.dump();
  text.append((length_size - text.size() % length_size) % length_size, ' ');
  return text;
}

}  // namespace

uint64_t bytes_of_type(std::string_view type) {
  if (type == "F64" || type == "I64" || type == "U64") return 8;
  if (type == "F32" || type == "I32" || type == "U32") return 4;
  if (type == "F16" || type == "BF16" || type == "I16" || type == "U16") return 2;
  if (type == "I8" || type == "U8" || type == "BOOL") return 1;
  return 0;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file) : bytes_(read_file(file)) {
  const HeaderReader reader(file.string(), bytes_);
  const json header = reader.parse();
  values_ = length_size + reader.header_length();
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__")
      metadata_ = reader.metadata(value);
    else
      tensors_.push_back(reader.entry(name, value));
  }
  reader.check_layout(tensors_, bytes_.size() - values_);
}

std::string_view SafetensorsFile::bytes(const TensorEntry& tensor) const {
  return std::string_view(bytes_).substr(values_ + tensor.begin, tensor.end - tensor.begin);
}

void write_safetensors(const std::filesystem::path& file, const std::vector<TensorBytes>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  const std::string header = header_of(tensors, metadata);
  const uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), length_size);
  bytes += header;
  for (const TensorBytes& tensor : tensors) bytes += tensor.bytes;
  publish(file, bytes);
}

}  // namespace ttt
