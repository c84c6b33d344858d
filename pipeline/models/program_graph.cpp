#include "pipeline/models/program_graph.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "schemas/error.h"

namespace ttt {
namespace {

using nlohmann::json;

/// Reads the parts of one graph.
class GraphReader {
 public:
  GraphReader(const json& graph, const std::string& where) : json_(graph), where_(where) {}

  Graph read() {
    read_slots();
    written_.assign(static_cast<size_t>(graph_.slots), false);
    for (const json& input : list(json_, "inputs")) add_input(input);
    for (const json& node : list(json_, "nodes")) add_node(node);
    for (const json& output : list(json_, "outputs")) graph_.outputs.push_back(readable(output, "outputs"));
    return std::move(graph_);
  }

 private:
  template <typename... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ExitCode::data, "{}: {}", where_, fmt::format(format, std::forward<Args>(args)...));
  }

  const json& list(const json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key) || !object.at(key).is_array())
      refuse("has no list \"{}\"", key);
    return object.at(key);
  }

  void read_slots() {
    for (const json& entry : list(json_, "slots")) {
      std::vector<int64_t> shape = {-2};
      if (entry.is_array() && entry.size() == 2 && entry[1].is_array()) {
        shape.clear();
        for (const json& length : entry[1])
          shape.push_back(length.is_number_integer() ? length.get<int64_t>() : -1);
      }
      graph_.shape.push_back(std::move(shape));
    }
    graph_.slots = static_cast<int>(graph_.shape.size());
  }

  int slot(const json& value, const std::string& what) const {
    if (!value.is_number_integer() || value.get<int64_t>() < 0 || value.get<int64_t>() >= graph_.slots)
      refuse("{}: {} is no slot (0 to {})", what, value.dump(), graph_.slots - 1);
    return value.get<int>();
  }

  int readable(const json& value, const std::string& what) const {
    const int found = slot(value, what);
    if (!written_[static_cast<size_t>(found)])
      refuse("{}: slot {} is read before it is written", what, found);
    return found;
  }

  void write(int to, const std::string& what) {
    if (written_[static_cast<size_t>(to)]) refuse("{}: slot {} is written twice", what, to);
    written_[static_cast<size_t>(to)] = true;
  }

  void add_input(const json& input) {
    if (!input.is_array() || input.size() != 2 || !input[0].is_string())
      refuse("inputs: {} is not [name, slot]", input.dump());
    const std::string name = input[0].get<std::string>();
    graph_.inputs.push_back({name, slot(input[1], name)});
    write(graph_.inputs.back().slot, name);
  }

  void add_node(const json& value) {
    const std::string number = fmt::format("node {}", graph_.nodes.size());
    if (!value.is_object() || !value.contains("op") || !value["op"].is_string())
      refuse("{}: has no operator", number);
    GraphNode node{value["op"].get<std::string>(), "", {}, {}, ""};
    const auto text = [&](const char* key) {
      return value.contains(key) && value[key].is_string() ? value[key].get<std::string>() : "";
    };
    node.overload = text("overload") == "default" ? "" : text("overload");
    node.line = text("line");
    const std::string what = fmt::format("{} ({})", number, node.name());
    for (const json& argument : list(value, "args")) node.arguments.push_back(argument_of(argument, what));
    for (const json& out : list(value, "out")) {
      node.out.push_back(out == -1 ? -1 : slot(out, what));
      if (node.out.back() >= 0) write(node.out.back(), what);
    }
    graph_.nodes.push_back(std::move(node));
  }

  GraphArgument argument_of(const json& value, const std::string& what) const {
    if (value.is_null()) return {};
    if (value.is_boolean()) return {value.get<bool>()};
    if (value.is_number_integer()) return {value.get<int64_t>()};
    if (value.is_number_float()) return {value.get<double>()};
    if (value.is_string()) return {value.get<std::string>()};
    if (value.is_object() && value.size() == 1) return named(value, what);
    if (!value.is_array()) refuse("{}: argument {} is of no known form", what, value.dump());
    std::vector<GraphArgument> elements;
    for (const json& element : value) elements.push_back(argument_of(element, what));
    return {std::move(elements)};
  }

  GraphArgument named(const json& value, const std::string& what) const {
    using What = NamedArgument::What;
    const std::string key = value.begin().key();
    if (key == "slot") return {SlotArgument{readable(value["slot"], what)}};
    const std::string name = value.begin()->is_string() ? value.begin()->get<std::string>() : "";
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (key == "float" && name == "inf") return {infinity};
    if (key == "float" && name == "-inf") return {-infinity};
    if (key == "float" && name == "nan") return {std::numeric_limits<double>::quiet_NaN()};
    if (key == "dtype") return {NamedArgument{What::type, name}};
    if (key == "device" && name == "run") return {NamedArgument{What::device, name}};
    if (key == "layout") return {NamedArgument{What::layout, name}};
    if (key == "memory_format") return {NamedArgument{What::memory_format, name}};
    refuse("{}: argument {} is of no known form", what, value.dump());
  }

  const json& json_;
  const std::string& where_;
  Graph graph_;
  std::vector<bool> written_;
};

void add_slots(const GraphArgument& argument, std::vector<int>& slots) {
  if (const auto* slot = std::get_if<SlotArgument>(&argument.value)) slots.push_back(slot->slot);
  if (const auto* list = std::get_if<std::vector<GraphArgument>>(&argument.value))
    for (const GraphArgument& element : *list) add_slots(element, slots);
}

}  // namespace

bool Graph::has_input(const std::string& name) const {
  return std::ranges::find(inputs, name, &GraphInput::name) != inputs.end();
}

Graph read_graph(const json& json, const std::string& where) { return GraphReader(json, where).read(); }

std::vector<int> slots_read(const GraphNode& node) {
  std::vector<int> slots;
  for (const GraphArgument& argument : node.arguments) add_slots(argument, slots);
  return slots;
}

}  // namespace ttt
