#include "jobs/examples.h"

#include <array>
#include <string_view>

namespace ttt {
namespace {

struct Example {
  std::string_view name, lines;
};

constexpr std::array examples = {
    Example{"init", "ttt-eval init mine.toml --data pictures"},
    Example{"check", "ttt-eval check mine.toml --set data.train_images=0"},
    Example{"plan", "ttt-eval plan mine.toml --ranks 32 --time-limit 4:00:00"},
    Example{"prepare", "ttt-eval prepare mine.toml --out runs/mine"},
    Example{"train", "mpirun -n 4 ttt-eval train mine.toml"},
    Example{"run", "mpirun -n 8 ttt-eval run mine.toml --set run.split=tune"},
    Example{"aggregate", "ttt-eval aggregate mine.toml --partial"},
    Example{"report", "ttt-eval report mine.toml --set report.title='A first look'"},
    Example{"all", "ttt-eval all mine.toml --ranks 4"},
    Example{"status", "ttt-eval status runs/mine"},
    Example{"bench", "ttt-eval bench mine.toml --check 4"},
    Example{"list", "ttt-eval list rotation"},
    Example{"completion", "ttt-eval completion bash > ~/.local/share/bash-completion/completions/ttt-eval"},
    Example{"inspect", "ttt-eval inspect runs/mine/results.h5"},
    Example{"compare", "ttt-eval compare runs/mine runs/other"},
    Example{"verify", "ttt-eval verify runs/mine"},
    Example{"sweep", "ttt-eval sweep mine.toml --ranks 4"},
    Example{"replay", "ttt-eval replay vit.program --input steps.safetensors --output ours.safetensors"},
};

}  // namespace

void add_examples(CLI::App& app) {
  for (const Example& example : examples)
    for (CLI::App* sub : app.get_subcommands(nullptr))
      if (sub->get_name() == example.name) sub->footer("Example:\n  " + std::string(example.lines));
}

}  // namespace ttt
