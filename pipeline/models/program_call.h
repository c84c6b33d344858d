#pragma once
#include <functional>
#include <string>
#include <vector>

#include "kernels/torch_operators.h"
#include "pipeline/models/program_graph.h"

namespace ttt {

/// Where and in what a graph is computed.
struct CallSetting {
  at::Device device = at::kCPU;
  at::ScalarType floats = at::kFloat;  // what "float32" of the graph means
};

/// One call of a graph, ready to be made: the operator found, arguments that are the same each time made.
class ProgramCall {
 public:
  /// Throws a data Error "WHERE: ..." when this LibTorch has no such operator, its schema takes other
  /// arguments, or it would draw random numbers by itself.
  ProgramCall(const GraphNode& node, const CallSetting& setting, const std::string& where);

  /// Makes the call on the values of all slots and stores what it returns.
  void make(std::vector<c10::IValue>& slots) const;

 private:
  using Make = std::function<c10::IValue(const std::vector<c10::IValue>& slots)>;
  struct Argument {
    c10::IValue constant;
    int slot = -1;   // as it is
    Make make = {};  // of several slots, or a number that becomes a tensor
  };

  Argument argument_for(const GraphArgument& given, const c10::Argument& wanted, const CallSetting& setting);
  void store(std::vector<c10::IValue>& slots, torch::jit::Stack& returned) const;

  std::optional<c10::OperatorHandle> operator_;  // none: on plain integers
  std::function<int64_t(int64_t, int64_t)> integers_;
  std::vector<Argument> arguments_;
  std::vector<int> out_;
  bool list_ = false;  // it returns one list, a slot for each element
  std::string what_;
};

/// Whether a call changes one of its arguments in place.
bool changes_argument(const GraphNode& node);

}  // namespace ttt
