#include "pipeline/models/architecture.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "kernels/draw.h"
#include "schemas/error.h"
#include "schemas/records.h"

namespace ttt {
namespace {

constexpr int groups = 3;

std::string name(Part part) {
  return part == Part::trunk ? "trunk" : part == Part::main ? "main" : "auxiliary";
}

int halved(int size, int stride) { return (size + stride - 1) / stride; }

/// Collects parameters in forward order.
struct Walk {
  const Architecture& architecture;
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
    for (const BlockPlace& block : architecture.blocks(part)) {
      norm(block.name + ".norm1", part, block.in_channels);
      const int height = block.out_height(), width = block.out_width();
      convolution(block.name + ".conv1", part, block.out_channels, block.in_channels, height, width);
      norm(block.name + ".norm2", part, block.out_channels);
      convolution(block.name + ".conv2", part, block.out_channels, block.out_channels, height, width);
    }
  }
};

/// The weights on the way of one image through the trunk and one head, in forward order.
std::vector<Parameter> path(const Architecture& architecture, Part head) {
  std::vector<Parameter> all = architecture.parameters();
  std::erase_if(all, [&](const Parameter& p) { return p.part != Part::trunk && p.part != head; });
  return all;
}

}  // namespace

int BlockPlace::out_height() const { return halved(height, stride); }
int BlockPlace::out_width() const { return halved(width, stride); }

std::vector<BlockPlace> Architecture::blocks(Part part) const {
  std::vector<BlockPlace> places;
  const int per_group = (options.depth - 2) / 6;
  int in = options.widths[0], h = halved(height, options.stem_stride), w = halved(width, options.stem_stride);
  for (int g = 1; g <= groups; ++g)
    for (int b = 1; b <= per_group; ++b) {
      const bool in_trunk = g <= options.split_after;
      const BlockPlace block{fmt::format("{}.group{}.block{}", name(part), g, b),
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

std::vector<BlockPlace> Architecture::way(Part head) const {
  std::vector<BlockPlace> all = blocks(Part::trunk);
  std::ranges::move(blocks(head), std::back_inserter(all));
  return all;
}

std::vector<Parameter> Architecture::parameters() const {
  const bool shared = options.split_after == groups;
  Walk walk{*this};
  walk.convolution("trunk.stem", Part::trunk, options.widths[0], channels,
                   halved(height, options.stem_stride), halved(width, options.stem_stride));
  walk.blocks(Part::trunk);
  if (shared) walk.norm("trunk.norm", Part::trunk, options.widths[2]);
  for (const Part head : {Part::main, Part::auxiliary}) {
    walk.blocks(head);
    if (!shared) walk.norm(name(head) + ".norm", head, options.widths[2]);
    walk.linear(name(head) + ".linear", head, head == Part::main ? classes : auxiliary_classes,
                options.widths[2]);
  }
  return std::move(walk.found);
}

int64_t Parameter::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

void validate(const Architecture& a) {
  require(a.height == a.width, "model.{}: images are {} x {}, rotation prediction needs square ones",
          a.options.name, a.height, a.width);
  require(a.height >= 8, "model.{}: images of {} x {} pixels are too small (at least 8 x 8)", a.options.name,
          a.height, a.width);
  constexpr int most_classes = std::numeric_limits<decltype(Records::predicted)::value_type>::max();
  require(a.classes >= 2 && a.classes <= most_classes, "model.{}: the data has {} class(es) (2 to {})",
          a.options.name, a.classes, most_classes);
}

Architecture architecture_of(const ModelOptions& group, const RunOptions& run, const TestSet& set) {
  Architecture a{
      group,           set.height,    set.width, set.channels, static_cast<int>(set.class_names.size()),
      run.convolution, run.precision, run.device};
  validate(a);
  return a;
}

std::map<std::string, Array> initial_weights(const Architecture& architecture, uint64_t seed) {
  std::map<std::string, Array> arrays;
  uint64_t number = 0;
  for (const Parameter& p : architecture.parameters()) {
    Array array{p.shape, {}};
    const Draw draw(seed, Purpose::init, number++);
    for (int64_t i = 0, size = p.size(); i < size; ++i) {
      const auto index = static_cast<uint32_t>(i);
      double value = 0;
      if (p.kind == Kind::convolution)
        value = std::sqrt(2.0 / static_cast<double>(9 * p.shape[0])) * draw.normal(index);
      else if (p.kind == Kind::linear)
        value = draw.uniform(index, -1, 1) / std::sqrt(static_cast<double>(architecture.options.widths[2]));
      else
        value = p.name.ends_with(".weight") ? 1 : 0;
      array.values.push_back(static_cast<float>(value));
    }
    arrays[p.name] = std::move(array);
  }
  return arrays;
}

void check_weights(const Architecture& architecture, const std::map<std::string, Array>& arrays,
                   const std::string& file) {
  std::set<std::string> known;
  for (const Parameter& p : architecture.parameters()) {
    known.insert(p.name);
    const auto found = arrays.find(p.name);
    if (found == arrays.end())
      fail(ExitCode::data, "{}: tensor {} is missing (model.{} wants shape [{}])", file, p.name,
           architecture.options.name, fmt::join(p.shape, ", "));
    if (found->second.shape != p.shape)
      fail(ExitCode::data, "{}: tensor {} has shape [{}], model.{} wants [{}]", file, p.name,
           fmt::join(found->second.shape, ", "), architecture.options.name, fmt::join(p.shape, ", "));
    if (!std::ranges::all_of(found->second.values, [](float v) { return std::isfinite(v); }))
      fail(ExitCode::data, "{}: tensor {} holds a value that is not finite", file, p.name);
  }
  for (const auto& [name, array] : arrays)
    if (!known.contains(name))
      fail(ExitCode::data, "{}: tensor {} belongs to no layer of model.{} (depth {}, split_after {})", file,
           name, architecture.options.name, architecture.options.depth, architecture.options.split_after);
}

std::vector<Parameter> adapted_parameters(const Architecture& architecture, Part head, Subset subset) {
  std::vector<Parameter> adapted = path(architecture, head);
  std::erase_if(adapted, [&](const Parameter& p) {
    const bool selected = subset == Subset::all || (subset == Subset::norm && p.kind == Kind::norm) ||
                          (subset == Subset::trunk && p.part == Part::trunk) ||
                          (subset == Subset::low_rank && p.shape.size() > 1);
    return !selected;
  });
  return adapted;
}

std::vector<std::string> adapted_names(const Architecture& architecture, Part head, Subset subset) {
  std::vector<std::string> names;
  for (const Parameter& p : adapted_parameters(architecture, head, subset)) names.push_back(p.name);
  return names;
}

double forward_flops(const Architecture& architecture, Part head) {
  double sum = 0;
  for (const Parameter& p : path(architecture, head)) sum += p.flops;
  return sum;
}

double backward_flops(const Architecture& architecture, Part head, const std::vector<std::string>& adapted) {
  double sum = 0;
  bool behind_adapted = false;
  for (const Parameter& p : path(architecture, head)) {
    const bool wanted = std::ranges::find(adapted, p.name) != adapted.end();
    sum += p.flops * (behind_adapted + wanted);
    behind_adapted = behind_adapted || wanted;
  }
  return sum;
}

}  // namespace ttt
