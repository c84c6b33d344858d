#include "tests/pipeline/models/tiny_program.h"

#include <fmt/ranges.h>

#include "schemas/safetensors.h"
#include "schemas/sha256.h"

namespace ttt {
namespace {

using nlohmann::json;

const json nothing = nullptr;
json pair_of(int n) { return {n, n}; }

std::string_view bytes_of(const Array& array) {
  return {reinterpret_cast<const char*>(array.values.data()), array.values.size() * sizeof(float)};
}

std::string digest_of(const std::map<std::string, Array>& tensors) {
  Sha256 digest;
  for (const auto& [name, array] : tensors) {
    digest.add(fmt::format("{} F32 {}\n", name, fmt::join(array.shape, ",")));
    digest.add(bytes_of(array));
  }
  return digest.hex();
}

/// The layers of a ResNet, as eager PyTorch would write them.
struct Layers {
  const ResNet& network;
  GraphWriter& graph;

  json weight(const std::string& name) { return graph.input("p." + name); }
  json norm_relu(const json& x, const std::string& name) {
    const json y = graph.call(
        "aten::group_norm", "",
        {x, network.options.norm_groups, weight(name + ".weight"), weight(name + ".bias"), 1e-5, false});
    return graph.call("aten::relu_", "", {y});
  }
  json convolution(const json& x, const std::string& name, int stride) {
    return graph.call("aten::conv2d", "",
                      {x, weight(name + ".weight"), nothing, pair_of(stride), pair_of(1), pair_of(1), 1});
  }
  json block(const json& x, const BlockPlace& place) {
    const json h = convolution(norm_relu(x, place.name + ".norm1"), place.name + ".conv1", place.stride);
    const json y = convolution(norm_relu(h, place.name + ".norm2"), place.name + ".conv2", 1);
    json shortcut = x;
    if (place.stride == 2)
      shortcut =
          graph.call("aten::avg_pool2d", "", {x, pair_of(2), pair_of(2), pair_of(0), true, false, nothing});
    const int more = place.out_channels - place.in_channels;
    if (more > 0) shortcut = graph.call("aten::constant_pad_nd", "", {shortcut, {0, 0, 0, 0, 0, more}, 0});
    return graph.call("aten::add", "Tensor", {y, shortcut, 1});
  }
  json features(json x, Part head) {
    x = convolution(x, "trunk.stem", network.options.stem_stride);
    for (const BlockPlace& place : network.way(head)) x = block(x, place);
    const std::string part = network.options.split_after == 3 ? "trunk"
                             : head == Part::main             ? "main"
                                                              : "auxiliary";
    return graph.call("aten::mean", "dim", {norm_relu(x, part + ".norm"), {2, 3}, false, nothing});
  }
  json linear(const json& x, const std::string& name) {
    return graph.call("aten::linear", "", {x, weight(name + ".weight"), weight(name + ".bias")});
  }
};

json predict_of(const ResNet& network) {
  GraphWriter graph;
  Layers layers{network, graph};
  const json features = layers.features(graph.input("x"), Part::main);
  return {{"graph", graph.graph({layers.linear(features, "main.linear"), features})},
          {"outputs", {"logits", "features"}}};
}

json rotation_of(const ResNet& network) {
  GraphWriter graph;
  Layers layers{network, graph};
  const json x = graph.input("x"), turns = graph.input("d.turns");
  json turned = json::array();
  for (int turn = 0; turn < 4; ++turn) turned.push_back(graph.call("aten::rot90", "", {x, turn, {2, 3}}));
  const json stacked = graph.call("aten::stack", "", {turned, 1});
  const json views = graph.call("aten::sym_size", "int", {turns, 0});
  const json numbers =
      graph.call("aten::arange", "", {views, {{"dtype", "int64"}}, nothing, {{"device", "run"}}, false});
  const json chosen = graph.call("aten::index", "Tensor", {stacked, {numbers, turns}});
  const json z = layers.linear(layers.features(chosen, Part::auxiliary), "auxiliary.linear");
  const json loss = graph.call("aten::cross_entropy_loss", "", {z, turns, nothing, 1, -100, 0.0});
  return {{"graph", graph.graph({loss})},
          {"draws", {{{"name", "turns"}, {"kind", "turns"}, {"shape", {"views"}}}}},
          {"outputs", {"loss"}}};
}

json noise_of(const ResNet& network) {
  GraphWriter graph;
  Layers layers{network, graph};
  const json z = layers.linear(layers.features(graph.input("x"), Part::main), "main.linear");
  const json scaled = graph.call("aten::mul", "Tensor", {z, graph.input("d.scale")});
  const json square = graph.call("aten::mul", "Tensor", {scaled, scaled});
  return {{"graph", graph.graph({graph.call("aten::mean", "", {square, nothing})})},
          {"draws", {{{"name", "scale"}, {"kind", "normal"}, {"shape", {"views", network.classes}}}}},
          {"outputs", {"loss"}}};
}

/// Names of what the function does not read.
json unreached(const json& function, const std::map<std::string, Array>& weights) {
  json names = json::array();
  for (const auto& [name, array] : weights) {
    bool read = false;
    for (const json& input : function["graph"]["inputs"]) read = read || input[0] == "p." + name;
    if (!read) names.push_back(name);
  }
  return names;
}

}  // namespace

json GraphWriter::input(const std::string& name) {
  const auto [found, fresh] = inputs_.try_emplace(name, slots_);
  if (fresh) input_list_.push_back({name, slots_++});
  return {{"slot", found->second}};
}

json GraphWriter::call(const std::string& op, const std::string& overload, json arguments) {
  nodes_.push_back({{"op", op},
                    {"overload", overload},
                    {"args", std::move(arguments)},
                    {"out", {slots_}},
                    {"line", "m.py:1"}});
  return {{"slot", slots_++}};
}

json GraphWriter::graph(const std::vector<json>& outputs) const {
  json slots = json::array(), out = json::array();
  for (int i = 0; i < slots_; ++i) slots.push_back(nullptr);
  for (const json& output : outputs) out.push_back(output.at("slot"));
  return {{"inputs", input_list_}, {"nodes", nodes_}, {"outputs", out}, {"slots", slots}};
}

void TinyProgram::write(const std::filesystem::path& file) const {
  json complete = text;
  if (!complete.contains("weights_digest")) complete["weights_digest"] = digest_of(tensors);
  std::vector<TensorBytes> all;
  for (const auto& [name, array] : tensors) all.push_back({name, "F32", array.shape, bytes_of(array)});
  write_safetensors(file, all, {{"program", complete.dump()}});
}

TinyProgram resnet_program(const ResNet& network, const std::map<std::string, Array>& weights) {
  TinyProgram tiny;
  json parameters = json::array(), all = json::array(), norms = json::array();
  for (const Parameter& p : network.parameters()) {
    parameters.push_back({{"name", p.name}, {"shape", p.shape}});
    all.push_back(p.name);
    if (p.kind == Kind::norm) norms.push_back(p.name);
    tiny.tensors["p." + p.name] = weights.at(p.name);
  }
  const json each = {{"all", 2e6}, {"norm", 1e6}};
  const double mean = network.options.pixel_mean, deviation = network.options.pixel_deviation;
  tiny.text = {{"format", "ttt-program 1"},
               {"torch", "2.11.0"},
               {"name", "tiny"},
               {"input",
                {{"kind", "image"},
                 {"height", network.height},
                 {"width", network.width},
                 {"channels", network.channels},
                 {"mean", std::vector<double>(static_cast<size_t>(network.channels), mean)},
                 {"deviation", std::vector<double>(static_cast<size_t>(network.channels), deviation)}}},
               {"classes", network.classes},
               {"parameters", parameters},
               {"subsets", {{"all", all}, {"norm", norms}}},
               {"statistics", nullptr},
               {"made_with", {{"exporter", "a test"}}}};
  const std::map<std::string, json> functions = {{"predict", predict_of(network)},
                                                 {"loss.rotation", rotation_of(network)},
                                                 {"loss.noise", noise_of(network)}};
  for (const auto& [name, function] : functions) {
    tiny.text["functions"][name] = function;
    tiny.text["functions"][name]["unreached"] = unreached(function, weights);
    tiny.text["costs"][name] = {{"forward", 1e6}, {"backward", each}};
    tiny.text["memory"][name] = {{"forward", 1e5}, {"backward", {{"all", 3e5}, {"norm", 2e5}}}};
  }
  return tiny;
}

}  // namespace ttt
