#include "schemas/weights.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/strict_json.h"

// safetensors (huggingface.co/docs/safetensors): 8 bytes little-endian length of the header; the header, a
// JSON object padded with blanks to a multiple of 8,
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

struct Entry {
  std::string name;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // bytes in the buffer after the header
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file.string()), bytes_(read_file(file)) {}

  WeightsFile read() const {
    const json header = parse_header();
    WeightsFile weights;
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        weights.metadata = metadata(value);
      } else {
        entries.push_back(entry(name, value));
      }
    }
    check_layout(entries);
    for (const Entry& e : entries) weights.arrays[e.name] = {e.shape, values(e)};
    return weights;
  }

 private:
  template <typename... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ExitCode::data, "{}: {}", file_, fmt::format(format, std::forward<Args>(args)...));
  }

  uint64_t header_length() const {
    const std::string_view start = std::string_view(bytes_).substr(0, 4);
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

  std::string_view buffer() const { return std::string_view(bytes_).substr(length_size + header_length()); }

  json parse_header() const {
    const std::string_view text = std::string_view(bytes_).substr(length_size, header_length());
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

  Entry entry(const std::string& name, const json& value) const {
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
        !value.contains("data_offsets")) {
      refuse("tensor {} does not have exactly dtype, shape and data_offsets", name);
    }
    if (value["dtype"] != "F32") {
      refuse("tensor {} has dtype {}, only F32 is read; convert it with .float()", name,
             value["dtype"].dump());
    }
    const std::vector<uint64_t> offsets = naturals(name, value, "data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1])
      refuse("tensor {}: data_offsets are not [begin, end]", name);
    Entry e{name, {}, offsets[0], offsets[1]};
    uint64_t size = sizeof(float);
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

  /// The tensors must fill the buffer without gap or overlap.
  void check_layout(std::vector<Entry> entries) const {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    uint64_t at = 0;
    for (const Entry& e : entries) {
      if (e.begin != at)
        refuse("tensor {} begins at byte {}, not {} where the one before ends", e.name, e.begin, at);
      at = e.end;
    }
    const uint64_t size = buffer().size();
    if (at != size) refuse("the tensors take {} bytes, the file holds {}; is it cut short?", at, size);
  }

  std::vector<float> values(const Entry& e) const {
    std::vector<float> values((e.end - e.begin) / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), buffer().data() + e.begin, e.end - e.begin);
    return values;
  }

  std::string file_;
  std::string bytes_;
};

std::string header_of(const WeightsFile& weights) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!weights.metadata.empty()) header["__metadata__"] = weights.metadata;
  uint64_t at = 0;
  for (const auto& [name, array] : weights.arrays) {
    const uint64_t end = at + array.values.size() * sizeof(float);
    header[name] = {{"dtype", "F32"}, {"shape", array.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text = header.dump();
  text.append((length_size - text.size() % length_size) % length_size, ' ');
  return text;
}

void check_shapes(const std::filesystem::path& file, const WeightsFile& weights) {
  for (const auto& [name, array] : weights.arrays) {
    int64_t size = 1;
    for (const int64_t length : array.shape) size *= length;
    if (size != static_cast<int64_t>(array.values.size())) {
      fail(ExitCode::internal, "{}: tensor {} has {} values for {} places", file.string(), name,
           array.values.size(), size);
    }
  }
}

}  // namespace

WeightsFile read_weights(const std::filesystem::path& file) { return Reader(file).read(); }

void write_weights(const std::filesystem::path& file, const WeightsFile& weights) {
  check_shapes(file, weights);
  const std::string header = header_of(weights);
  const uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), length_size);
  bytes += header;
  for (const auto& [name, array] : weights.arrays) {
    bytes.append(reinterpret_cast<const char*>(array.values.data()), array.values.size() * sizeof(float));
  }
  publish(file, bytes);
}

}  // namespace ttt
