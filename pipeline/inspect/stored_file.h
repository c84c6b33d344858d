#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace ttt {

/// What a file is stored as.
enum class Container { hdf5, safetensors, toml, csv, other };

/// A file as far as one must look into it to tell its kind.
struct StoredFile {
  std::filesystem::path path;
  Container container = Container::other;
  std::map<std::string, std::string> words =
      {};                            // attributes `format` and `title`; metadata; "header" of CSV
  std::set<std::string> parts = {};  // names in the root group; tensors; tables of TOML
  std::string looks_like = "";       // of other containers: "a PNG image", or ""

  /// The word of this name, or "".
  std::string word(const std::string& name) const;
};

/// Throws a data Error when the file is missing, is a folder or a pipe, or is damaged so that its container
/// cannot be opened.
StoredFile open_stored(const std::filesystem::path& file);

}  // namespace ttt
