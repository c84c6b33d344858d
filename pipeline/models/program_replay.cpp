#include "pipeline/models/program_replay.h"

#include <algorithm>

#include "kernels/torch.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// Which calls the outputs need: those that write what is read later, and those that change it in place.
std::vector<bool> needed_calls(const Graph& graph, const std::vector<int>& outputs, std::vector<bool>& read) {
  std::vector<bool> needed(graph.nodes.size(), false);
  read.assign(static_cast<size_t>(graph.slots), false);
  for (const int slot : outputs) read[static_cast<size_t>(slot)] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    const GraphNode& node = graph.nodes[i];
    const std::vector<int> inputs = slots_read(node);
    const auto is_read = [&](int slot) { return slot >= 0 && read[static_cast<size_t>(slot)]; };
    needed[i] = std::ranges::any_of(node.out, is_read) ||
                (changes_argument(node) && !inputs.empty() && is_read(inputs.front()));
    if (!needed[i]) continue;
    for (const int slot : inputs) read[static_cast<size_t>(slot)] = true;
  }
  return needed;
}

}  // namespace

ProgramReplay::ProgramReplay(const ProgramFunction& function, std::vector<size_t> outputs,
                             const CallSetting& setting, const std::string& where)
    : slots_(static_cast<size_t>(function.graph.slots)) {
  const Graph& graph = function.graph;
  for (const size_t output : outputs) outputs_.push_back(graph.outputs.at(output));
  std::vector<bool> read;
  const std::vector<bool> needed = needed_calls(graph, outputs_, read);
  for (const GraphInput& input : graph.inputs)
    if (read[static_cast<size_t>(input.slot)]) inputs_.push_back(input);

  std::vector<bool> kept(slots_, false);  // by a later call, or as an output
  for (const int slot : outputs_) kept[static_cast<size_t>(slot)] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    if (!needed[i]) continue;
    const GraphNode& node = graph.nodes[i];
    Step step{ProgramCall(node, setting, fmt::format("{}: node {}", where, i)), {}};
    std::vector<int> touched = slots_read(node);
    touched.insert(touched.end(), node.out.begin(), node.out.end());
    for (const int slot : touched) {
      if (slot < 0 || kept[static_cast<size_t>(slot)]) continue;
      kept[static_cast<size_t>(slot)] = true;
      step.last_read.push_back(slot);
    }
    steps_.push_back(std::move(step));
  }
  std::ranges::reverse(steps_);
}

std::vector<at::Tensor> ProgramReplay::run(const ProgramValues& values) const {
  std::vector<c10::IValue> slots(slots_);
  for (const GraphInput& input : inputs_) slots[static_cast<size_t>(input.slot)] = values.at(input.name);
  for (const Step& step : steps_) {
    step.call.make(slots);
    for (const int slot : step.last_read) slots[static_cast<size_t>(slot)] = c10::IValue();
  }
  std::vector<at::Tensor> found;
  for (const int slot : outputs_) found.push_back(slots[static_cast<size_t>(slot)].toTensor());
  return found;
}

}  // namespace ttt
