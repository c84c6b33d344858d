#include "pipeline/sources/idx.h"

#include "pipeline/sources/element_count.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

int64_t big_endian(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

}  // namespace

IdxBytes read_idx(const std::filesystem::path& file, int dimensions) {
  const std::string bytes = read_file(file);
  const size_t header = 4 + 4 * static_cast<size_t>(dimensions);
  if (bytes.starts_with("\x1f\x8b"))
    fail(ExitCode::data, "{}: is compressed: gunzip it first", file.string());
  if (bytes.size() < header || big_endian(bytes, 0) != 0x0800 + dimensions)
    fail(ExitCode::data, "{}: is not an IDX file of bytes in {} dimensions", file.string(), dimensions);

  IdxBytes idx;
  for (int i = 0; i < dimensions; ++i) idx.shape.push_back(big_endian(bytes, 4 + 4 * static_cast<size_t>(i)));
  const int64_t held = static_cast<int64_t>(bytes.size() - header), expected = element_count(idx.shape);
  if (held != expected)
    fail(ExitCode::data, "{}: holds {} values, but its header says {}: fetch it again", file.string(), held,
         fmt::join(idx.shape, " x "));
  idx.values = bytes.substr(header);
  return idx;
}

}  // namespace ttt
