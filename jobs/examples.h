#pragma once
#include <CLI/CLI.hpp>

namespace ttt {

/// Ends the help of every subcommand with an example.
void add_examples(CLI::App& app);

}  // namespace ttt
