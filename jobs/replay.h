#pragma once
#include <CLI/CLI.hpp>

namespace ttt {

/// Adds `ttt-eval replay FILE.program`: steps of a program on inputs that a file gives
/// (pipeline/engine/replay.h).
void add_replay(CLI::App& app);

}  // namespace ttt
