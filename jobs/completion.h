#pragma once
#include <CLI/CLI.hpp>
#include <string>

namespace ttt {

/// A script that makes a shell ("bash", "zsh" or "fish") complete subcommands, their options, keys of --set,
/// names of `list` and files. Throws a spec Error for another shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace ttt
