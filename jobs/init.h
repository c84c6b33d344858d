#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

/// What is asked of a first spec.
struct InitOptions {
  std::filesystem::path file = "job.toml";
  std::string source;  // "": images when there is a path, else glyphs
  std::string path;
  std::vector<std::string> weights;
};

/// Writes a commented spec to start from. Throws a spec Error when the file is there already.
void init(const InitOptions& options);

}  // namespace ttt
