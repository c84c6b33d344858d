#pragma once
#include <map>

#include "pipeline/models/program_call.h"
#include "pipeline/models/program_contract.h"

namespace ttt {

/// The values that a function reads, by the names of its graph's inputs.
using ProgramValues = std::map<std::string, at::Tensor>;

/// Some outputs of a function, ready to be computed: the calls that they need, in order, each value let go
/// after its last reader. Under autograd, the calls leave what LibTorch's backward pass needs, as the same
/// code in PyTorch does.
class ProgramReplay {
 public:
  /// `outputs` are positions in the function's list. Throws a data Error "WHERE: ..." as ProgramCall.
  ProgramReplay(const ProgramFunction& function, std::vector<size_t> outputs, const CallSetting& setting,
                const std::string& where);

  /// The inputs that it reads.
  const std::vector<GraphInput>& inputs() const { return inputs_; }

  /// Throws a data Error when a call fails: shapes that do not fit.
  std::vector<at::Tensor> run(const ProgramValues& values) const;

 private:
  struct Step {
    ProgramCall call;
    std::vector<int> last_read;  // slots that nothing reads afterwards
  };

  std::vector<GraphInput> inputs_;
  std::vector<Step> steps_;
  std::vector<int> outputs_;  // slots
  size_t slots_;
};

}  // namespace ttt
