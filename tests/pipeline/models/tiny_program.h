#pragma once
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "pipeline/models/resnet.h"

namespace ttt {

/// Writes the JSON of a graph node by node.
class GraphWriter {
 public:
  /// A value from outside, "p.NAME" or "x"; the same slot each time it is asked for.
  nlohmann::json input(const std::string& name);
  /// A call that gives one value.
  nlohmann::json call(const std::string& op, const std::string& overload, nlohmann::json arguments);
  /// The graph with these values as outputs.
  nlohmann::json graph(const std::vector<nlohmann::json>& outputs) const;

 private:
  int slots_ = 0;
  std::map<std::string, int> inputs_;
  nlohmann::json input_list_ = nlohmann::json::array(), nodes_ = nlohmann::json::array();
};

/// A program in memory, valid until something of it is changed.
struct TinyProgram {
  nlohmann::json text;                   // the contract
  std::map<std::string, Array> tensors;  // by the names of graphs' inputs

  /// With the digest of its tensors, unless the contract has one.
  void write(const std::filesystem::path& file) const;
};

/// A small network as a program, whose predict is what `network` computes with these weights, and two losses:
/// `rotation`, cross-entropy of turns that are drawn (its head is the auxiliary one), and `noise`, the mean
/// of squares of logits that a normal draw scales.
TinyProgram resnet_program(const ResNet& network, const std::map<std::string, Array>& weights);

}  // namespace ttt
