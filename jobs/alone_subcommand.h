#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace ttt {

/// Adds a subcommand that one process does by itself and that takes no job spec: `act` runs once the command
/// line has been read. Throws a spec Error there when a launcher started several processes.
CLI::App* alone_subcommand(CLI::App& app, const std::string& name, const std::string& what,
                           std::function<void()> act);

// One function a subcommand; each is in a file of its name.
void add_init(CLI::App& app);
void add_status(CLI::App& app);
void add_completion(CLI::App& app);
void add_inspect(CLI::App& app);
void add_compare(CLI::App& app);
void add_verify(CLI::App& app);

}  // namespace ttt
