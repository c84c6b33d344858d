#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

namespace ttt {

struct GraphArgument;

/// A value of the graph.
struct SlotArgument {
  int slot = 0;
};

/// A number type, or a way to lie in memory, by name; "float32" is that of the run.
struct NamedArgument {
  enum class What { type, device, layout, memory_format } what;
  std::string name;
};

/// What an operator is called with: nothing, a number, a text, one of the above, or a list.
struct GraphArgument {
  std::variant<std::monostate, bool, int64_t, double, std::string, SlotArgument, NamedArgument,
               std::vector<GraphArgument>>
      value;
};

/// A call of an operator: aten::OP of an overload, or int::OP on plain integers.
struct GraphNode {
  std::string op, overload;
  std::vector<GraphArgument> arguments;  // every argument of the schema
  std::vector<int> out;                  // slots of what it returns; -1: nobody reads that
  std::string line;                      // of the user's code, or ""

  std::string name() const { return overload.empty() ? op : op + "." + overload; }
};

/// A value that comes from outside: p.NAME a parameter, b.NAME a buffer, c.N a constant, d.NAME a draw, x.
struct GraphInput {
  std::string name;
  int slot = 0;
};

/// A function as calls in order, on numbered slots of which each is written once.
struct Graph {
  std::vector<GraphInput> inputs;
  std::vector<GraphNode> nodes;
  std::vector<int> outputs;
  int slots = 0;
  std::vector<std::vector<int64_t>>
      shape;  // [slots] of tensors; -1 follows the number of views; {-2}: not known

  bool has_input(const std::string& name) const;
};

/// Reads a graph. `where` names file and function; throws a data Error for what is not as the format says: a
/// slot that does not exist, is written twice or read before it is written, an argument of no known form.
Graph read_graph(const nlohmann::json& json, const std::string& where);

/// The slots that a call reads.
std::vector<int> slots_read(const GraphNode& node);

}  // namespace ttt
