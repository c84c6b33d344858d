#include "pipeline/models/program.h"

#include <algorithm>
#include <numeric>

#include "kernels/torch.h"
#include "pipeline/models/program_draws.h"
#include "pipeline/models/program_linear.h"
#include "pipeline/models/program_replay.h"
#include "pipeline/models/source_network.h"
#include "schemas/error.h"

namespace ttt {
namespace {

using Values = std::map<std::string, at::Tensor>;

/// A number of the file in the type of the run.
at::Tensor in_type(const at::Tensor& x, at::ScalarType floats) {
  return x.scalar_type() == at::kFloat ? x.to(floats) : x;
}

template <typename T>
bool all_equal(const std::vector<T>& values) {
  return std::ranges::all_of(values, [&](const T& value) { return value == values.front(); });
}

}  // namespace

Program::Program(std::shared_ptr<const ProgramFile> file, Precision with, Device on)
    : file_(std::move(file)) {
  const ProgramContract& c = contract();
  height = c.input.height;
  width = c.input.width;
  channels = c.input.channels;
  classes = c.classes;
  precision = with;
  device = on;
  const CallSetting setting{tensor_device(), precision == Precision::float64 ? at::kDouble : at::kFloat};
  for (const auto& [called, function] : c.functions)
    replays_[called] = std::make_unique<ProgramReplay>(function, std::vector<size_t>{0}, setting,
                                                       fmt::format("{}: {}", c.file, called));
  const ProgramFunction& predict = c.function("predict");
  if (predict.outputs.size() > 1)
    replays_["features"] =
        std::make_unique<ProgramReplay>(predict, std::vector<size_t>{1}, setting, c.file + ": predict");
  for (const auto& [called, tensor] : file_->tensors)
    if (!called.starts_with("p.")) frozen_[called] = in_type(tensor, setting.floats).to(setting.device);
  const auto of_channels = [&](const std::vector<double>& values) {
    return at::tensor(values, at::kDouble).to(setting.device, setting.floats).view({-1, 1, 1});
  };
  if (!c.input.tokens && !(all_equal(c.input.mean) && all_equal(c.input.deviation))) {
    mean_ = of_channels(c.input.mean);
    deviation_ = of_channels(c.input.deviation);
  }
  try_functions();
}

Program::~Program() = default;

PixelScale Program::pixel_scale() const {
  if (mean_.defined()) return {0, 1};  // each channel has its own, see input_of()
  const ProgramInput& input = contract().input;
  return {static_cast<float>(input.mean.front()), static_cast<float>(input.deviation.front())};
}

std::vector<std::string> Program::subsets() const {
  std::vector<std::string> names;
  for (const auto& [called, parameters] : contract().subsets) names.push_back(called);
  return names;
}

const ProgramFunction& Program::function_of(const Route& route) const {
  return contract().function(route.loss.empty() ? "predict" : "loss." + route.loss);
}

std::vector<std::string> Program::adapted_names(const Route& route, const std::string& subset) const {
  std::vector<std::string> names = contract().subsets.at(subset);
  const std::vector<std::string>& unreached = function_of(route).unreached;
  std::erase_if(names, [&](const std::string& called) {
    return std::ranges::find(unreached, called) != unreached.end();
  });
  return names;
}

int64_t Program::adapted_numbers(const Route& route, const std::string& subset) const {
  int64_t sum = 0;
  for (const std::string& called : adapted_names(route, subset))
    sum += file_->tensors.at("p." + called).numel();
  return sum;
}

at::Tensor Program::input_of(const at::Tensor& x) const {
  // A copy even where it would be a view: operations of libraries may round by the address.
  const at::Tensor first = x.permute({0, 3, 1, 2}).clone(at::MemoryFormat::Contiguous);
  return mean_.defined() ? first.sub_(mean_).div_(deviation_) : first;
}

std::vector<at::Tensor> Program::run(const ProgramReplay& replay, const Weights& weights, const at::Tensor& x,
                                     const Values& draws) const {
  Values values;
  for (const GraphInput& input : replay.inputs()) {
    const std::string own = input.name.substr(std::min<size_t>(2, input.name.size()));
    if (input.name == "x")
      values["x"] = x;
    else if (input.name.starts_with("p."))
      values[input.name] = weights.at(own).squeeze(0);
    else if (input.name.starts_with("d."))
      values[input.name] = draws.at(own);
    else
      values[input.name] = frozen_.at(input.name);
  }
  return replay.run(values);
}

at::Tensor Program::predict(const Weights& weights, const at::Tensor& x) const {
  return run(*replays_.at("predict"), weights, x, {}).front();
}

at::Tensor Program::loss(const Weights& weights, const std::string& called, const at::Tensor& x,
                         const Values& draws) const {
  return run(*replays_.at("loss." + called), weights, x, draws).front();
}

at::Tensor Program::logits(const Weights& weights, const at::Tensor& x, Part) const {
  if (x.size(0) == 1) return predict(weights, input_of(x.select(0, 0))).unsqueeze(0);
  std::vector<at::Tensor> lanes;
  for (int64_t k = 0; k < x.size(0); ++k)
    lanes.push_back(predict(lane_of(weights, k), input_of(x.select(0, k))));
  return at::stack(lanes);
}

at::Tensor Program::pooled_features(const Weights& weights, const at::Tensor& x) const {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> lanes;
  for (int64_t k = 0; k < x.size(0); ++k)
    lanes.push_back(run(*replays_.at("features"), lane_of(weights, k), input_of(x.select(0, k)), {}).front());
  return at::stack(lanes);
}

at::Tensor Program::own_loss(const Weights& weights, const at::Tensor& x, const std::string& called,
                             const std::vector<DrawKey>& keys) const {
  const std::vector<ProgramDraw>& declared = contract().function("loss." + called).draws;
  std::vector<at::Tensor> losses;
  for (size_t i = 0; i < keys.size(); ++i) {
    const at::Tensor views = input_of(x.select(0, static_cast<int64_t>(i)));
    const Values draws = here(make_draws(declared, keys[i], views.size(0)));
    losses.push_back(loss(weights, called, views, draws));
  }
  return at::stack(losses);
}

Values Program::here(Values draws) const {
  for (auto& [key, drawn] : draws)
    drawn = drawn.is_floating_point() ? placed(drawn) : drawn.to(tensor_device());
  return draws;
}

bool Program::couples_views() const {
  const std::string& statistics = contract().statistics;
  return !statistics.empty() && statistics != "null" && statistics != "\"source\"";
}

int Program::least_views(const Route& route) const { return function_of(route).least_views; }

double Program::forward_flops(const Route& route) const { return function_of(route).flops.forward; }

double Program::backward_flops(const Route& route, const std::string& subset) const {
  return function_of(route).flops.backward.at(subset);
}

int64_t Program::saved_bytes(const Route& route, const std::string& subset) const {
  const auto image = static_cast<double>(int64_t{height} * width * channels * 4);
  const double bytes = function_of(route).memory.backward.at(subset) + image;
  return static_cast<int64_t>(bytes) * float_bytes() / 4;
}

int64_t Program::passing_bytes() const {
  return static_cast<int64_t>(contract().function("predict").memory.forward) * float_bytes() / 4;
}

std::shared_ptr<const Network> Program::computed(Precision with, Device on) const {
  auto same = std::make_shared<Program>(file_, with, on);
  same->name = name;
  return same;
}

Weights Program::source_weights() const {
  Weights weights;
  for (const std::string& parameter : contract().order)
    weights[parameter] = placed(file_->tensors.at("p." + parameter).unsqueeze(0));
  return weights;
}

SourceNetwork Program::example() const {
  const auto same = std::static_pointer_cast<const Program>(computed(precision, device));
  return {same, same->source_weights()};
}

SourceNetwork Program::load(const std::filesystem::path& path) const {
  if (path.string() == contract().file) return example();
  auto file = std::make_shared<ProgramFile>(read_program(path));
  if (file->contract.same != contract().same)
    fail(ExitCode::data, "{}: is another program than {}; a group's files differ in their tensors alone",
         path.string(), contract().file);
  const auto other = std::make_shared<Program>(std::move(file), precision, device);
  other->name = name;
  return {other, other->source_weights()};
}

FinalLinear Program::final_linear(const std::filesystem::path& path) const {
  return path.string() == contract().file ? last_linear(*file_) : last_linear(read_program(path));
}

/// Runs every function once on zeros: shapes and types that do not fit are found before the work.
void Program::try_functions() {
  const at::NoGradGuard no_grad;
  const Weights weights = source_weights();
  const ProgramInput& input = contract().input;
  for (const auto& [called, function] : contract().functions) {
    const int64_t views = std::max(1, function.least_views);
    const at::Tensor x = input.tokens ? at::zeros({views, input.length}, at::kLong).to(tensor_device())
                                      : placed(at::zeros({views, channels, height, width}));
    const Values draws = here(make_draws(function.draws, {}, views));
    const at::Tensor found = run(*replays_.at(called), weights, x, draws).front();
    const std::vector<int64_t> wanted = called != "predict" ? std::vector<int64_t>{}
                                        : input.tokens ? std::vector<int64_t>{views, input.length, classes}
                                                       : std::vector<int64_t>{views, classes};
    if (found.sizes() != at::IntArrayRef(wanted))
      fail(ExitCode::data, "{}: {}: gives shape {} for {} view(s), not {}", contract().file, called,
           c10::str(found.sizes()), views, c10::str(at::IntArrayRef(wanted)));
    if (called != "predict" || !replays_.contains("features")) continue;
    const at::Tensor features = run(*replays_.at("features"), weights, x, {}).front();
    if (features.dim() != 2 || features.size(0) != views)
      fail(ExitCode::data, "{}: predict: gives features of shape {} for {} view(s), not [views, F]",
           contract().file, c10::str(features.sizes()), views);
    features_ = static_cast<int>(features.size(1));
  }
}

std::shared_ptr<const Program> program_of(const std::string& name, const std::filesystem::path& file,
                                          const InputForm& form, const RunOptions& run) {
  auto read = std::make_shared<ProgramFile>(read_program(file));
  const ProgramContract& c = read->contract;
  if (c.input.tokens)
    fail(ExitCode::spec, "model.{}: {} reads tokens, and the data has images", name, c.file);
  if (c.input.height != form.height || c.input.width != form.width || c.input.channels != form.channels)
    fail(ExitCode::spec,
         "model.{}: {} reads images of {} x {} x {} (height, width, channels), the data has {} x {} x {}",
         name, c.file, c.input.height, c.input.width, c.input.channels, form.height, form.width,
         form.channels);
  if (c.classes != form.classes)
    fail(ExitCode::spec, "model.{}: {} knows {} classes, the data has {}", name, c.file, c.classes,
         form.classes);
  const auto program = std::make_shared<Program>(std::move(read), run.precision, run.device);
  program->name = name;
  return program;
}

}  // namespace ttt
