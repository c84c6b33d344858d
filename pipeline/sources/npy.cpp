#include "pipeline/sources/npy.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <fstream>
#include <span>
#include <string_view>
#include <utility>

#include "pipeline/sources/element_count.h"
#include "schemas/error.h"

// \x93NUMPY, major and minor version, length of the header (16 bits in version 1, 32 in version 2,
// little-endian), the header: a Python dict such as {'descr': '|u1', 'fortran_order': False, 'shape': (50000,
// 32, 32, 3), }, spaces and a line feed; then the values. Other writers use other blanks and quotes, and
// Python 2 wrote u'descr' and 50000L: what NumPy reads is read here.

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int64_t longest_header = 1 << 16;

[[noreturn]] void malformed(const fs::path& file, std::string_view what) {
  fail(ExitCode::data, "{}: is not a .npy file of version 1 or 2: {}", file.string(), what);
}

/// Reads the Python literals that occur in a header, one after another.
class HeaderReader {
 public:
  HeaderReader(const fs::path& file, std::string_view text) : file_(file), rest_(text) {}

  /// Whether `token` comes next; passes it if so.
  bool next_is(std::string_view token) {
    skip_spaces();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!next_is(token)) malformed(file_, fmt::format("its header lacks {}", token));
  }

  std::string text() {
    next_is("u");
    const char quote = next_is("\"") ? '"' : '\'';
    if (quote == '\'') expect("'");
    const size_t end = rest_.find(quote);
    if (end == std::string_view::npos) malformed(file_, "its header has an open quote");
    const std::string value(rest_.substr(0, end));
    if (!std::all_of(value.begin(), value.end(), is_printable))
      malformed(file_, "its header has a text of unprintable characters");
    rest_.remove_prefix(end + 1);
    return value;
  }

  bool truth() {
    if (next_is("True")) return true;
    expect("False");
    return false;
  }

  std::vector<int64_t> tuple() {
    std::vector<int64_t> values;
    for (expect("("); !next_is(")");) {
      values.push_back(integer());
      if (next_is(",")) continue;
      expect(")");
      break;
    }
    return values;
  }

  void expect_end() {
    skip_spaces();
    if (!rest_.empty()) malformed(file_, "its header goes on after the dict");
  }

 private:
  /// Messages stay one line.
  static bool is_printable(char c) { return c >= ' ' && c <= '~'; }

  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  int64_t integer() {
    skip_spaces();
    int64_t value = -1;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 0) malformed(file_, "its shape is not made of sizes");
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    next_is("L");
    return value;
  }

  const fs::path& file_;
  std::string_view rest_;
};

/// One spelling of each type, NumPy's own: bytes have no order, and '=' or nothing is that of this machine.
std::string canonical(const std::string& dtype) {
  static_assert(std::endian::native == std::endian::little);
  const std::string kind = dtype.substr(std::min(dtype.find_first_not_of("|<>="), dtype.size()));
  if (kind == "u1" && dtype.size() <= 3) return "|u1";
  return dtype == kind || dtype == "=" + kind ? "<" + kind : dtype;
}

NpyFile parse_header(const fs::path& file, std::string_view text) {
  NpyFile npy{.file = file, .dtype = {}, .shape = {}, .offset = 0};
  HeaderReader reader(file, text);
  bool fortran_order = false, has_dtype = false, has_order = false, has_shape = false;
  for (reader.expect("{"); !reader.next_is("}"); reader.next_is(",")) {
    const std::string key = reader.text();
    reader.expect(":");
    if (key == "descr" && !std::exchange(has_dtype, true)) {
      npy.dtype = canonical(reader.text());
    } else if (key == "fortran_order" && !std::exchange(has_order, true)) {
      fortran_order = reader.truth();
    } else if (key == "shape" && !std::exchange(has_shape, true)) {
      npy.shape = reader.tuple();
    } else {
      malformed(file,
                fmt::format("its header has {} where only descr, fortran_order and shape belong, once", key));
    }
  }
  reader.expect_end();
  if (!has_dtype || !has_order || !has_shape)
    malformed(file, "its header lacks descr, fortran_order or shape");
  if (fortran_order)
    fail(ExitCode::data, "{}: is in Fortran order: save np.ascontiguousarray(it)", file.string());
  if (npy.shape.empty()) fail(ExitCode::data, "{}: holds a single value, not an array", file.string());
  return npy;
}

int64_t value_size(const NpyFile& npy) {
  if (npy.dtype == "|u1") return 1;
  if (npy.dtype == "<i4") return 4;
  if (npy.dtype == "<i8") return 8;
  fail(ExitCode::data, "{}: holds {}, expected uint8 (labels: also int32 or int64)", npy.file.string(),
       npy.dtype);
}

int64_t row_size(const NpyFile& npy) {
  return element_count(std::span(npy.shape).subspan(1)) * value_size(npy);
}

std::string read_bytes(const fs::path& file, int64_t offset, int64_t count) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(static_cast<size_t>(count), '\0');
  stream.seekg(offset);
  stream.read(bytes.data(), count);
  if (!stream) fail(ExitCode::io, "{}: cannot read {} bytes at {}", file.string(), count, offset);
  return bytes;
}

}  // namespace

NpyFile open_npy(const fs::path& file) {
  std::error_code missing;
  const int64_t size = static_cast<int64_t>(fs::file_size(file, missing));
  if (missing) fail(ExitCode::data, "{}: {}", file.string(), missing.message());
  const std::string start = read_bytes(file, 0, std::min<int64_t>(size, 12));
  if (start.size() < 12 || !start.starts_with("\x93NUMPY")) malformed(file, "it does not begin like one");
  const int version = start[6];
  if (version != 1 && version != 2) malformed(file, fmt::format("it says version {}", version));

  const int64_t offset = version == 1 ? 10 : 12;
  int64_t length = 0;
  for (int64_t i = offset - 1; i >= 8; --i) length = length << 8 | static_cast<uint8_t>(start[i]);
  if (length > longest_header || offset + length > size) malformed(file, "its header is too long");

  NpyFile npy = parse_header(file, read_bytes(file, offset, length));
  npy.offset = offset + length;
  const int64_t values = element_count(npy.shape);
  if (values < 0 || values > size || npy.offset + values * value_size(npy) != size)
    fail(ExitCode::data, "{}: holds {} bytes of values, but its header says {} of {}: fetch it again",
         file.string(), size - npy.offset, fmt::join(npy.shape, " x "), npy.dtype);
  return npy;
}

std::vector<uint8_t> read_rows(const NpyFile& npy, int64_t first, int64_t count) {
  assert(0 <= first && 0 <= count && first + count <= npy.shape[0]);
  const std::string bytes = read_bytes(npy.file, npy.offset + first * row_size(npy), count * row_size(npy));
  return {bytes.begin(), bytes.end()};
}

std::vector<int64_t> read_integers(const NpyFile& npy) {
  assert(npy.shape.size() == 1);
  const std::vector<uint8_t> bytes = read_rows(npy, 0, npy.shape[0]);
  const int64_t size = value_size(npy);
  std::vector<int64_t> values;
  for (size_t at = 0; at < bytes.size(); at += size) {
    uint64_t value = 0;
    for (int64_t i = size - 1; i >= 0; --i) value = value << 8 | bytes[at + i];
    values.push_back(size == 4 ? static_cast<int32_t>(value) : static_cast<int64_t>(value));
  }
  return values;
}

}  // namespace ttt
