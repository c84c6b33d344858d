#include "pipeline/engine/replay.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "kernels/lanes/cuda_device.h"
#include "kernels/torch.h"
#include "pipeline/models/program.h"
#include "pipeline/models/tensor_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The inputs of all episodes, where they are computed.
class Inputs {
 public:
  Inputs(const Program& program, const std::string& loss, const ReplayOptions& o)
      : file_(o.input.string()), program_(program) {
    Tensors read = read_tensors(o.input);
    x_ = take(read, "x", 3);
    predict_ = take(read, "x.predict", 2);
    for (const ProgramDraw& draw : program.contract().function("loss." + loss).draws)
      draws_[draw.name] = take(read, "d." + draw.name, 2);
    for (const auto& [name, tensor] : draws_) require_axes(name, tensor, 2);
    require_axes("x.predict", predict_, 1);
  }

  int64_t episodes() const { return x_.size(0); }
  int64_t steps() const { return x_.size(1); }
  at::Tensor x(int64_t k, int64_t s) const { return x_.select(0, k).select(0, s).contiguous(); }
  at::Tensor predicted(int64_t k) const { return predict_.select(0, k).contiguous(); }
  Tensors draws(int64_t k, int64_t s) const {
    Tensors all;
    for (const auto& [name, tensor] : draws_) all[name] = tensor.select(0, k).select(0, s).contiguous();
    return all;
  }

 private:
  at::Tensor take(Tensors& read, const std::string& name, int64_t least) const {
    if (!read.contains(name)) fail(ExitCode::data, "{}: has no tensor {}", file_, name);
    const at::Tensor tensor = read.at(name);
    if (tensor.dim() < least)
      fail(ExitCode::data, "{}: tensor {} has {} axes (at least {})", file_, name, tensor.dim(), least);
    return tensor.is_floating_point() ? program_.placed(tensor) : tensor.to(program_.tensor_device());
  }

  /// The first axes are those of x: episodes, steps.
  void require_axes(const std::string& name, const at::Tensor& tensor, int64_t axes) const {
    for (int64_t axis = 0; axis < axes; ++axis)
      if (tensor.size(axis) != x_.size(axis))
        fail(ExitCode::data, "{}: tensor {} has {} entries on axis {}, x has {}", file_, name,
             tensor.size(axis), axis, x_.size(axis));
  }

  std::string file_;
  const Program& program_;
  at::Tensor x_, predict_;
  Tensors draws_;
};

/// One episode on its way.
struct Walk {
  const Program& program;
  const ReplayOptions& options;
  std::string loss;
  std::vector<std::string> adapted;
  Weights weights;
  lanes::OptimiserState state = {};

  /// -> the loss before the step.
  at::Tensor step(const at::Tensor& x, const Tensors& draws) {
    Weights leaves = weights;
    std::vector<at::Tensor> wanted;
    for (const std::string& name : adapted) {
      leaves[name] = weights.at(name).detach().requires_grad_();
      wanted.push_back(leaves[name]);
    }
    const at::Tensor value = program.loss(leaves, loss, x, draws);
    const auto gradients = torch::autograd::grad({value}, wanted);
    Weights by_name;
    for (size_t i = 0; i < adapted.size(); ++i) by_name[adapted[i]] = gradients[i];
    const at::Tensor all = at::ones({1}, at::kBool).to(program.tensor_device());
    lanes::update(lanes::Sgd{.learning_rate = options.learning_rate, .momentum = 0, .weight_decay = 0}, state,
                  weights, by_name, all);
    return value.detach();
  }

  at::Tensor logits(const at::Tensor& x) const {
    const at::NoGradGuard no_grad;
    return program.predict(weights, x).to(at::kCPU, at::kDouble);
  }
};

std::string chosen_loss(const Program& program, const std::string& wanted) {
  const std::vector<std::string> losses = program.losses();
  require(wanted.empty() ? losses.size() == 1 : std::ranges::find(losses, wanted) != losses.end(),
          "{}: --loss {} is none of its losses ({})", program.contract().file, wanted,
          fmt::join(losses, ", "));
  return wanted.empty() ? losses.front() : wanted;
}

void require_subset(const Program& program, const std::string& subset) {
  const std::vector<std::string> known = program.subsets();
  require(std::ranges::find(known, subset) != known.end(), "{}: --subset {} is none of its subsets ({})",
          program.contract().file, subset, fmt::join(known, ", "));
}

}  // namespace

void replay(const ReplayOptions& o) {
  const Program program(std::make_shared<ProgramFile>(read_program(o.program)), o.precision, o.device);
  const std::string loss = chosen_loss(program, o.loss);
  require_subset(program, o.subset);
  const Inputs inputs(program, loss, o);
  const at::Tensor losses = at::empty({inputs.episodes(), inputs.steps()}, at::kDouble),
                   seconds = at::empty_like(losses);
  std::vector<at::Tensor> source, adapted;
  for (int64_t k = 0; k < inputs.episodes(); ++k) {
    Walk walk{program, o, loss, program.adapted_names(Route(loss), o.subset), program.source_weights()};
    source.push_back(walk.logits(inputs.predicted(k)));
    for (int64_t s = 0; s < inputs.steps(); ++s) {
      const at::Tensor x = inputs.x(k, s);
      const Tensors draws = inputs.draws(k, s);
      const double begin = now();
      const at::Tensor value = walk.step(x, draws);
      if (o.device == Device::cuda) lanes::wait_for_cuda_device();
      seconds[k][s] = now() - begin;
      losses[k][s] = value.to(at::kCPU, at::kDouble);
    }
    adapted.push_back(walk.logits(inputs.predicted(k)));
  }
  write_tensors(o.output, {{"losses", losses},
                           {"seconds", seconds},
                           {"logits", at::stack(adapted)},
                           {"logits.source", at::stack(source)}});
}

}  // namespace ttt
