#pragma once
#include <string>
#include <vector>

namespace ttt {

/// What `ttt-eval list` was asked for.
struct ListOptions {
  std::vector<std::string> names;  // of registries or of entries in them; empty: every registry
  bool keys = false;               // every key of a spec instead, as Markdown (docs/keys.md)
};

/// Prints it on standard output. Throws a spec Error when nothing is called like one of the names; then
/// nothing is printed.
void list(const ListOptions& options);

}  // namespace ttt
