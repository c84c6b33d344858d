#include <fmt/ranges.h>

#include "kernels/torch.h"
#include "pipeline/models/program.h"

namespace ttt {
namespace {

std::string input_text(const ProgramInput& input) {
  if (input.tokens) return fmt::format("{} tokens of a vocabulary of {}", input.length, input.vocabulary);
  return fmt::format("images of {} x {} x {} (height, width, channels), mean {}, deviation {}", input.height,
                     input.width, input.channels, input.mean, input.deviation);
}

std::string draw_text(const ProgramDraw& draw) {
  constexpr std::array<std::string_view, 5> kinds = {"uniform", "normal", "integers", "permutation", "turns"};
  std::vector<std::string> lengths;
  for (const int64_t length : draw.shape) lengths.push_back(length < 0 ? "views" : std::to_string(length));
  std::string text =
      fmt::format("{} ({} [{}])", draw.name, kinds[static_cast<size_t>(draw.kind)], fmt::join(lengths, ", "));
  if (draw.kind == ProgramDraw::Kind::integers)
    text += fmt::format(" from {} to {}", draw.low, draw.high - 1);
  return text;
}

int64_t numbers_in(const ProgramContract& c, const std::vector<std::string>& names) {
  int64_t sum = 0;
  for (const std::string& name : names) {
    int64_t product = 1;
    for (const int64_t length : c.parameters.at(name)) product *= length;
    sum += product;
  }
  return sum;
}

std::string function_text(const ProgramContract& c, const std::string& name, const ProgramFunction& f) {
  std::string text =
      fmt::format("{} -> {}, {} operators", name, fmt::join(f.outputs, ", "), f.graph.nodes.size());
  if (f.least_views > 1) text += fmt::format(", at least {} views", f.least_views);
  std::vector<std::string> draws;
  for (const ProgramDraw& draw : f.draws) draws.push_back(draw_text(draw));
  if (!draws.empty()) text += fmt::format("\n    draws {}", fmt::join(draws, ", "));
  text += fmt::format("\n    a view forward: {:.2f} MFLOP, {:.2f} MB", f.flops.forward / 1e6,
                      f.memory.forward / 1e6);
  for (const auto& [subset, names] : c.subsets)
    text += fmt::format("\n    and back for \"{}\": {:.2f} MFLOP, {:.2f} MB", subset,
                        f.flops.backward.at(subset) / 1e6, f.memory.backward.at(subset) / 1e6);
  return text + "\n";
}

}  // namespace

std::string describe(const ProgramContract& c) {
  std::string text = fmt::format("{}: the program {} (traced by PyTorch {}; this is LibTorch {})\n", c.file,
                                 c.name, c.torch, TORCH_VERSION);
  text += fmt::format("  reads {}\n  knows {} classes{}\n", input_text(c.input), c.classes,
                      c.class_names.empty() ? "" : fmt::format(": {}", fmt::join(c.class_names, ", ")));
  if (!c.statistics.empty()) text += fmt::format("  BatchNorm by statistics of {}\n", c.statistics);
  for (const auto& [subset, names] : c.subsets)
    text += fmt::format("  subset \"{}\": {} parameters, {} numbers\n", subset, names.size(),
                        numbers_in(c, names));
  for (const auto& [name, function] : c.functions) text += "  " + function_text(c, name, function);
  text += fmt::format("  weights {}\n", c.weights_digest);
  if (!c.made_with.empty()) text += fmt::format("  made with {}\n", c.made_with);
  return text;
}

}  // namespace ttt
