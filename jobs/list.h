#pragma once
#include <string>

namespace ttt {

/// What `ttt-eval list` was asked for.
struct ListOptions {
  std::string what;   // a registry or a name in one; "": every registry
  bool keys = false;  // every key of a spec instead, as Markdown (docs/keys.md)
};

/// Prints it on standard output. Throws a spec Error when nothing is called `what`.
void list(const ListOptions& options);

}  // namespace ttt
