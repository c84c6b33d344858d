#include "pipeline/models/resnet.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "kernels/draw.h"
#include "pipeline/models/low_rank.h"
#include "pipeline/models/source_network.h"
#include "schemas/error.h"
#include "schemas/records.h"

namespace ttt {
namespace {

constexpr int groups = 3;
constexpr const char* low_rank = "low_rank";

std::string part_name(Part part) {
  return part == Part::trunk ? "trunk" : part == Part::main ? "main" : "auxiliary";
}

int halved(int size, int stride) { return (size + stride - 1) / stride; }

/// Collects parameters in forward order.
struct Walk {
  const ResNet& network;
  std::vector<Parameter> found = {};

  /// height, width: of its output.
  void convolution(const std::string& path, Part part, int out, int in, int height, int width) {
    found.push_back(
        {path + ".weight", {out, in, 3, 3}, part, Kind::convolution, 2.0 * 9 * in * out * height * width});
  }
  void norm(const std::string& path, Part part, int channels) {
    found.push_back({path + ".weight", {channels}, part, Kind::norm});
    found.push_back({path + ".bias", {channels}, part, Kind::norm});
  }
  void linear(const std::string& path, Part part, int out, int in) {
    found.push_back({path + ".weight", {out, in}, part, Kind::linear, 2.0 * in * out});
    found.push_back({path + ".bias", {out}, part, Kind::linear});
  }
  void blocks(Part part) {
    for (const BlockPlace& block : network.blocks(part)) {
      norm(block.name + ".norm1", part, block.in_channels);
      const int height = block.out_height(), width = block.out_width();
      convolution(block.name + ".conv1", part, block.out_channels, block.in_channels, height, width);
      norm(block.name + ".norm2", part, block.out_channels);
      convolution(block.name + ".conv2", part, block.out_channels, block.out_channels, height, width);
    }
  }
};

/// The weights on the way of one image through the trunk and one head, in forward order.
std::vector<Parameter> path(const ResNet& network, Part head) {
  std::vector<Parameter> all = network.parameters();
  std::erase_if(all, [&](const Parameter& p) { return p.part != Part::trunk && p.part != head; });
  return all;
}

/// FLOPs of one image back on the way to `head` when only `adapted` weights want gradients: an input gradient
/// (as dear as the forward pass) of every layer behind the first adapted one, a weight gradient of every
/// adapted one.
double backward_flops_of(const ResNet& network, Part head, const std::vector<std::string>& adapted) {
  double sum = 0;
  bool behind_adapted = false;
  for (const Parameter& p : path(network, head)) {
    const bool wanted = std::ranges::find(adapted, p.name) != adapted.end();
    sum += p.flops * (behind_adapted + wanted);
    behind_adapted = behind_adapted || wanted;
  }
  return sum;
}

}  // namespace

int BlockPlace::out_height() const { return halved(height, stride); }
int BlockPlace::out_width() const { return halved(width, stride); }

std::vector<BlockPlace> ResNet::blocks(Part part) const {
  std::vector<BlockPlace> places;
  const int per_group = (options.depth - 2) / 6;
  int in = options.widths[0], h = halved(height, options.stem_stride), w = halved(width, options.stem_stride);
  for (int g = 1; g <= groups; ++g)
    for (int b = 1; b <= per_group; ++b) {
      const bool in_trunk = g <= options.split_after;
      const BlockPlace block{fmt::format("{}.group{}.block{}", part_name(part), g, b),
                             h,
                             w,
                             in,
                             options.widths[g - 1],
                             g > 1 && b == 1 ? 2 : 1};
      if (in_trunk == (part == Part::trunk)) places.push_back(block);
      in = block.out_channels;
      h = block.out_height();
      w = block.out_width();
    }
  return places;
}

std::vector<BlockPlace> ResNet::way(Part head) const {
  std::vector<BlockPlace> all = blocks(Part::trunk);
  std::ranges::move(blocks(head), std::back_inserter(all));
  return all;
}

std::vector<Parameter> ResNet::parameters() const {
  const bool shared = options.split_after == groups;
  Walk walk{*this};
  walk.convolution("trunk.stem", Part::trunk, options.widths[0], channels,
                   halved(height, options.stem_stride), halved(width, options.stem_stride));
  walk.blocks(Part::trunk);
  if (shared) walk.norm("trunk.norm", Part::trunk, options.widths[2]);
  for (const Part head : {Part::main, Part::auxiliary}) {
    walk.blocks(head);
    if (!shared) walk.norm(part_name(head) + ".norm", head, options.widths[2]);
    walk.linear(part_name(head) + ".linear", head, head == Part::main ? classes : auxiliary_classes,
                options.widths[2]);
  }
  return std::move(walk.found);
}

int64_t Parameter::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

void validate(const ResNet& a) {
  require(a.height == a.width, "model.{}: images are {} x {}, rotation prediction needs square ones", a.name,
          a.height, a.width);
  require(a.height >= 8, "model.{}: images of {} x {} pixels are too small (at least 8 x 8)", a.name,
          a.height, a.width);
  constexpr int most_classes = std::numeric_limits<decltype(Records::predicted)::value_type>::max();
  require(a.classes >= 2 && a.classes <= most_classes, "model.{}: the data has {} class(es) (2 to {})",
          a.name, a.classes, most_classes);
}

ResNet resnet_of(const std::string& name, const ResNetOptions& options, const InputForm& form,
                 const RunOptions& run) {
  ResNet a;
  a.name = name;
  a.height = form.height;
  a.width = form.width;
  a.channels = form.channels;
  a.classes = form.classes;
  a.precision = run.precision;
  a.device = run.device;
  a.options = options;
  a.convolution = run.convolution;
  validate(a);
  return a;
}

std::map<std::string, Array> initial_weights(const ResNet& network, uint64_t seed) {
  std::map<std::string, Array> arrays;
  uint64_t number = 0;
  for (const Parameter& p : network.parameters()) {
    Array array{p.shape, {}};
    const Draw draw(seed, Purpose::init, number++);
    for (int64_t i = 0, size = p.size(); i < size; ++i) {
      const auto index = static_cast<uint32_t>(i);
      double value = 0;
      if (p.kind == Kind::convolution)
        value = std::sqrt(2.0 / static_cast<double>(9 * p.shape[0])) * draw.normal(index);
      else if (p.kind == Kind::linear)
        value = draw.uniform(index, -1, 1) / std::sqrt(static_cast<double>(network.options.widths[2]));
      else
        value = p.name.ends_with(".weight") ? 1 : 0;
      array.values.push_back(static_cast<float>(value));
    }
    arrays[p.name] = std::move(array);
  }
  return arrays;
}

void check_weights(const ResNet& network, const std::map<std::string, Array>& arrays,
                   const std::string& file) {
  std::set<std::string> known;
  for (const Parameter& p : network.parameters()) {
    known.insert(p.name);
    const auto found = arrays.find(p.name);
    if (found == arrays.end())
      fail(ExitCode::data, "{}: tensor {} is missing (model.{} wants shape [{}])", file, p.name, network.name,
           fmt::join(p.shape, ", "));
    if (found->second.shape != p.shape)
      fail(ExitCode::data, "{}: tensor {} has shape [{}], model.{} wants [{}]", file, p.name,
           fmt::join(found->second.shape, ", "), network.name, fmt::join(p.shape, ", "));
    if (!std::ranges::all_of(found->second.values, [](float v) { return std::isfinite(v); }))
      fail(ExitCode::data, "{}: tensor {} holds a value that is not finite", file, p.name);
  }
  for (const auto& [name, array] : arrays)
    if (!known.contains(name))
      fail(ExitCode::data, "{}: tensor {} belongs to no layer of model.{} (depth {}, split_after {})", file,
           name, network.name, network.options.depth, network.options.split_after);
}

std::vector<std::string_view> resnet_subsets() { return {"all", "norm", "trunk", "low_rank"}; }

std::vector<Parameter> adapted_parameters(const ResNet& network, Part head, const std::string& subset) {
  std::vector<Parameter> adapted = path(network, head);
  std::erase_if(adapted, [&](const Parameter& p) {
    const bool selected = subset == "all" || (subset == "norm" && p.kind == Kind::norm) ||
                          (subset == "trunk" && p.part == Part::trunk) ||
                          (subset == low_rank && p.shape.size() > 1);
    return !selected;
  });
  return adapted;
}

PixelScale ResNet::pixel_scale() const {
  return {static_cast<float>(options.pixel_mean), static_cast<float>(options.pixel_deviation)};
}

std::vector<std::string> ResNet::subsets() const {
  const std::vector<std::string_view> names = resnet_subsets();
  return {names.begin(), names.end()};
}

std::vector<std::string> ResNet::adapted_names(const Route& route, const std::string& subset) const {
  std::vector<std::string> names;
  for (const Parameter& p : adapted_parameters(*this, route.head, subset)) names.push_back(p.name);
  return names;
}

int64_t ResNet::adapted_numbers(const Route& route, const std::string& subset) const {
  int64_t sum = 0;
  for (const Parameter& p : adapted_parameters(*this, route.head, subset)) sum += p.size();
  return sum;
}

std::vector<std::string> ResNet::begin_adapting(Weights& weights, const Route& route,
                                                const std::string& subset, int rank,
                                                const std::vector<int64_t>& ids, uint64_t seed) const {
  const std::vector<std::string> names = adapted_names(route, subset);
  if (subset != low_rank) return names;
  add_factors(weights, names, rank, ids, seed);
  return factor_names(names);
}

Weights ResNet::effective(const Weights& weights) const { return with_products(weights); }

double ResNet::forward_flops(const Route& route) const {
  double sum = 0;
  for (const Parameter& p : path(*this, route.head)) sum += p.flops;
  return sum;
}

double ResNet::backward_flops(const Route& route, const std::string& subset) const {
  return backward_flops_of(*this, route.head, adapted_names(route, subset));
}

/// A product B A for every weight that has one; its two gradients cost as much each.
double ResNet::low_rank_flops(const Route& route, const std::string& subset, int rank) const {
  return subset == low_rank ? 2.0 * rank * static_cast<double>(adapted_numbers(route, subset)) : 0;
}

/// The image, and of each residual block its input and the output of its first convolution.
int64_t ResNet::saved_bytes(const Route& route, const std::string&) const {
  const std::vector<BlockPlace> blocks = way(route.head);
  int64_t floats = int64_t{height} * width * channels + blocks.back().out_floats();
  for (const BlockPlace& block : blocks) floats += block.in_floats() + block.out_floats();
  return floats * float_bytes();
}

/// No map outlives the block after it.
int64_t ResNet::passing_bytes() const { return 3 * way(Part::main).front().in_floats() * float_bytes(); }

std::shared_ptr<const Network> ResNet::computed(Precision with, Device on) const {
  auto same = std::make_shared<ResNet>(*this);
  same->precision = with;
  same->device = on;
  return same;
}

SourceNetwork ResNet::load(const std::filesystem::path& file) const {
  const WeightsFile weights = read_weights(file);
  check_weights(*this, weights.arrays, file.string());
  return source_network(*this, weights.arrays);
}

SourceNetwork ResNet::example() const { return source_network(*this, initial_weights(*this, 1)); }

FinalLinear ResNet::final_linear(const std::filesystem::path& file) const {
  const auto arrays = read_weights(file).arrays;
  return {arrays.at("main.linear.weight").values, arrays.at("main.linear.bias").values};
}

}  // namespace ttt
