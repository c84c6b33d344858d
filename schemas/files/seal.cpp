#include "schemas/files/seal.h"

#include <fstream>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/digest.h"

namespace ttt {
namespace {

constexpr std::string_view mark = "ttt-eval sha256 ";
constexpr int64_t seal_size = mark.size() + 64 + 1;

std::string line(const std::string& hex) { return std::string(mark) + hex + "\n"; }

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view what) {
  fail(ExitCode::data, "{}: {}; it is damaged or was changed by another program", file.string(), what);
}

void check(const std::filesystem::path& file, std::string_view found, const std::string& hex) {
  if (!found.starts_with(mark)) refuse(file, "the seal at its end is missing");
  if (found != line(hex)) refuse(file, "its contents do not match the SHA-256 in its seal");
}

}  // namespace

std::string seal(std::string_view bytes) { return line(digest(bytes)); }

void seal_file(const std::filesystem::path& file) {
  const std::string hex = digest_file(file);
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << line(hex) << std::flush;
  if (!out) fail(ExitCode::io, "{}: cannot be written", file.string());
}

std::string_view unseal(const std::filesystem::path& file, std::string_view bytes) {
  if (static_cast<int64_t>(bytes.size()) < seal_size) refuse(file, "the seal at its end is missing");
  const std::string_view contents = bytes.substr(0, bytes.size() - seal_size);
  check(file, bytes.substr(contents.size()), digest(contents));
  return contents;
}

void check_seal(const std::filesystem::path& file) {
  require_no_pipe(file);
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) fail(is_there(file) ? ExitCode::io : ExitCode::data, "{}: cannot be opened", file.string());
  const int64_t contents = static_cast<int64_t>(in.tellg()) - seal_size;
  if (contents < 0) refuse(file, "the seal at its end is missing");
  std::string found(seal_size, '\0');
  in.seekg(contents);
  in.read(found.data(), seal_size);
  check(file, found, digest_file(file, contents));
}

}  // namespace ttt
