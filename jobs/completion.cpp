// ttt-eval completion SHELL
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "jobs/alone_subcommand.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/spec_keys.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// A subcommand as a shell needs to know it.
struct Command {
  std::string name, what;
  std::vector<std::string> options;  // with their dashes
};

std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> commands;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    Command& command = commands.emplace_back(Command{sub->get_name(), sub->get_description(), {}});
    for (const CLI::Option* option : sub->get_options())
      for (const std::string& name : option->get_lnames()) command.options.push_back("--" + name);
  }
  return commands;
}

/// Keys that --set may change whatever the spec names: of tables that always have one name.
std::vector<std::string> fixed_keys() {
  std::vector<std::string> keys;
  for (const KeyTable& table : spec_keys()) {
    if (!table.title.ends_with(']') || table.title.find("NAME") != std::string::npos) continue;
    const std::string part = table.title.substr(1, table.title.size() - 2);
    for (const KeyRow& row : table.rows) keys.push_back(part + "." + row.key + "=");
  }
  return keys;
}

std::vector<std::string> listed_names() {
  std::set<std::string> names;
  for (const CatalogueSection& section : catalogue()) {
    names.insert(section.name);
    for (const CatalogueEntry& entry : section.entries) names.insert(entry.name);
  }
  return {names.begin(), names.end()};
}

std::string bash_script(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  std::string cases;
  for (const Command& command : commands) {
    names.push_back(command.name);
    cases += fmt::format("    {}) options='{}' ;;\n", command.name, fmt::join(command.options, " "));
  }
  return fmt::format(R"(# Completion of ttt-eval for bash. Try it: source <(ttt-eval completion bash)
_ttt_eval() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} options=''
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '{0} --help --version' -- "$word"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{1}  esac
  if [ "$before" = --set ]; then
    COMPREPLY=($(compgen -W '{2}' -- "$word"))
    compopt -o nospace 2>/dev/null
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [ "${{COMP_WORDS[1]}}" = list ]; then
    COMPREPLY=($(compgen -W '{3}' -- "$word"))
  elif [ "${{COMP_WORDS[1]}}" = completion ]; then
    COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word"))
  else
    local IFS=$'\n'
    COMPREPLY=($(compgen -f -X '!*.@(toml|h5|safetensors)' -- "$word") $(compgen -d -- "$word"))
    compopt -o filenames 2>/dev/null
  fi
}}
shopt -s extglob 2>/dev/null
complete -F _ttt_eval ttt-eval
)",
                     fmt::join(names, " "), cases, fmt::join(fixed_keys(), " "),
                     fmt::join(listed_names(), " "));
}

/// zsh reads completions that were written for bash.
std::string zsh_script(const std::vector<Command>& commands) {
  return "# Completion of ttt-eval for zsh. Try it: source <(ttt-eval completion zsh)\n"
         "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(commands);
}

/// Text between single quotes.
std::string quoted(std::string text) {
  std::ranges::replace(text, '\'', '`');
  return "'" + text + "'";
}

std::string fish_script(const std::vector<Command>& commands) {
  std::string text = "# Completion of ttt-eval for fish. Try it: ttt-eval completion fish | source\n";
  for (const Command& command : commands) {
    text += fmt::format("complete -c ttt-eval -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                        quoted(command.what));
    for (const std::string& option : command.options)
      text += fmt::format("complete -c ttt-eval -n '__fish_seen_subcommand_from {}' -l {}\n", command.name,
                          option.substr(2));
  }
  text += fmt::format("complete -c ttt-eval -l set -x -a '{}'\n", fmt::join(fixed_keys(), " "));
  return text + fmt::format("complete -c ttt-eval -n '__fish_seen_subcommand_from list' -f -a '{}'\n",
                            fmt::join(listed_names(), " "));
}

/// A script that makes a shell complete subcommands, their options, keys of --set, names of `list` and
/// files.
std::string completion_script(const CLI::App& app, const std::string& shell) {
  const std::vector<Command> commands = commands_of(app);
  if (shell == "bash") return bash_script(commands);
  if (shell == "zsh") return zsh_script(commands);
  require(shell == "fish", "completion: {}: no such shell (bash, zsh, fish)", shell);
  return fish_script(commands);
}

}  // namespace

void add_completion(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  alone_subcommand(app, "completion", "print a script that makes a shell complete this program",
                   [&app, shell] { fmt::print("{}", completion_script(app, *shell)); })
      ->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required();
}

}  // namespace ttt
