#include "pipeline/models/program_linear.h"

#include <fmt/ranges.h>

#include "kernels/torch.h"
#include "schemas/error.h"

namespace ttt {
namespace {

std::string key_of(const GraphArgument& argument, const std::vector<std::string>& slots) {
  return std::visit(
      [&]<typename T>(const T& value) -> std::string {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return "nothing";
        } else if constexpr (std::is_same_v<T, SlotArgument>) {
          return slots[static_cast<size_t>(value.slot)];
        } else if constexpr (std::is_same_v<T, NamedArgument>) {
          return "<" + value.name + ">";
        } else if constexpr (std::is_same_v<T, std::vector<GraphArgument>>) {
          std::vector<std::string> keys;
          for (const GraphArgument& element : value) keys.push_back(key_of(element, slots));
          return fmt::format("[{}]", fmt::join(keys, ","));
        } else {
          return fmt::format("{}", value);
        }
      },
      argument.value);
}

/// A name for the value of every slot, the same for values that are computed alike: a module that is traced
/// for its logits and again for its features writes both of them twice.
std::vector<std::string> names_of_values(const Graph& graph) {
  std::vector<std::string> names(static_cast<size_t>(graph.slots));
  std::map<std::string, std::string> short_names;
  for (const GraphInput& input : graph.inputs) names[static_cast<size_t>(input.slot)] = input.name;
  for (const GraphNode& node : graph.nodes) {
    std::string key = node.name();
    for (const GraphArgument& argument : node.arguments) key += " " + key_of(argument, names);
    for (size_t i = 0; i < node.out.size(); ++i)
      if (node.out[i] >= 0)
        names[static_cast<size_t>(node.out[i])] =
            short_names.try_emplace(fmt::format("{} {}", key, i), fmt::format("v{}", short_names.size()))
                .first->second;
  }
  return names;
}

std::vector<float> floats(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kFloat).contiguous();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

}  // namespace

FinalLinear last_linear(const ProgramFile& program) {
  const ProgramFunction& predict = program.contract.function("predict");
  const Graph& graph = predict.graph;
  const auto names = names_of_values(graph);
  const auto tensor_at = [&](const GraphArgument& argument) -> const at::Tensor* {
    const auto* slot = std::get_if<SlotArgument>(&argument.value);
    const auto found =
        slot ? program.tensors.find(names[static_cast<size_t>(slot->slot)]) : program.tensors.end();
    return found == program.tensors.end() ? nullptr : &found->second;
  };
  for (const GraphNode& node : graph.nodes) {
    if (predict.outputs.size() < 2 || node.name() != "aten::linear" || node.arguments.size() != 3 ||
        node.out != std::vector<int>{graph.outputs[0]})
      continue;
    const auto* features = std::get_if<SlotArgument>(&node.arguments[0].value);
    const at::Tensor *weight = tensor_at(node.arguments[1]), *bias = tensor_at(node.arguments[2]);
    const bool has_bias = !std::holds_alternative<std::monostate>(node.arguments[2].value);
    if (!features || !weight || (has_bias && !bias) ||
        names[static_cast<size_t>(features->slot)] != names[static_cast<size_t>(graph.outputs[1])])
      continue;
    return {floats(*weight), bias ? floats(*bias) : std::vector<float>(static_cast<size_t>(weight->size(0)))};
  }
  fail(ExitCode::data,
       "{}: predict does not give features of which its logits are a linear layer; this method needs both",
       program.contract.file);
}

}  // namespace ttt
