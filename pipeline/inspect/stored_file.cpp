#include "pipeline/inspect/stored_file.h"

#include <array>
#include <fstream>
#include <utility>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/spec_document.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view hdf5_start = "\x89HDF\r\n\x1a\n";
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> starts_of_others = {
    {{"\x89PNG", "a PNG image"},
     {"\xff\xd8\xff", "a JPEG image"},
     {"\x93NUMPY", "a NumPy array"},
     {"PK\x03\x04", "a ZIP archive or a PyTorch pickle"},
     {"\x80\x02", "a Python pickle"},
     {"\x80\x04", "a Python pickle"},
     {"\x1f\x8b", "a gzip archive"},
     {"%PDF", "a PDF document"},
     {"<", "HTML, XML or SVG"}}};

std::string first_bytes(const std::filesystem::path& file) {
  constexpr size_t enough = 512;
  require_no_pipe(file);
  std::ifstream in(file, std::ios::binary);
  if (!in) fail(ExitCode::io, "{}: cannot be opened", file.string());
  std::string bytes(enough, '\0');
  in.read(bytes.data(), enough);
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

/// A length of less than 16 MB, or the ending, and then a JSON object.
bool is_safetensors(const std::filesystem::path& file, std::string_view start) {
  constexpr size_t length_size = 8;
  const bool is_short = start.size() > length_size && start.substr(3, 5) == "\0\0\0\0\0"sv;
  return file.extension() == ".safetensors" || (is_short && start[length_size] == '{');
}

Container container_of(const std::filesystem::path& file, std::string_view start) {
  if (start.starts_with(hdf5_start)) return Container::hdf5;
  if (is_safetensors(file, start)) return Container::safetensors;
  if (file.extension() == ".toml") return Container::toml;
  return file.extension() == ".csv" ? Container::csv : Container::other;
}

void look_into_hdf5(StoredFile& stored) {
  const Hdf5File opened = Hdf5File::open(stored.path);
  const Hdf5Group& root = opened.root();
  for (const std::string name : {"format", "title"})
    if (root.has_attribute("", name)) stored.words[name] = root.text("", name);
  for (const std::string& name : root.names()) stored.parts.insert(name);
}

void look_into_safetensors(StoredFile& stored) {
  const WeightsFile weights = read_weights(stored.path);
  stored.words = weights.metadata;
  for (const auto& [name, array] : weights.arrays) stored.parts.insert(name);
}

void look_into_toml(StoredFile& stored) {
  const SpecNode root = read_spec_document(stored.path, {});
  for (const SpecEntry& entry : std::get<SpecTable>(root.value)) stored.parts.insert(entry.key);
}

std::string_view look_of(std::string_view start) {
  for (const auto& [bytes, what] : starts_of_others)
    if (start.starts_with(bytes)) return what;
  return start.empty() ? "empty" : "";
}

}  // namespace

std::string StoredFile::word(const std::string& name) const {
  const auto found = words.find(name);
  return found == words.end() ? "" : found->second;
}

StoredFile open_stored(const std::filesystem::path& file) {
  if (!is_there(file)) fail(ExitCode::data, "{}: there is no such file", file.string());
  if (std::filesystem::is_directory(file))
    fail(ExitCode::data, "{}: is a folder; name a file in it (`ttt-eval verify` checks the folder of a job)",
         file.string());
  const std::string start = first_bytes(file);
  StoredFile stored{file, container_of(file, start)};
  if (stored.container == Container::hdf5) look_into_hdf5(stored);
  if (stored.container == Container::safetensors) look_into_safetensors(stored);
  if (stored.container == Container::toml) look_into_toml(stored);
  if (stored.container == Container::csv) stored.words["header"] = start.substr(0, start.find('\n') + 1);
  if (stored.container == Container::other) stored.looks_like = look_of(start);
  return stored;
}

}  // namespace ttt
