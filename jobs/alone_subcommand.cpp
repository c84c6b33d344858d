#include "jobs/alone_subcommand.h"

#include <cstdlib>

#include "pipeline/sharing/launch_environment.h"

namespace ttt {

CLI::App* alone_subcommand(CLI::App& app, const std::string& name, const std::string& what,
                           std::function<void()> act) {
  CLI::App* sub = app.add_subcommand(name, what);
  sub->callback([name, act = std::move(act)] {
    check_alone(read_launch_environment(std::getenv), name);
    act();
  });
  return sub;
}

}  // namespace ttt
