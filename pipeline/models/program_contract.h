#pragma once
#include <map>
#include <string>
#include <vector>

#include "pipeline/models/program_graph.h"

namespace ttt {

/// What a program reads.
struct ProgramInput {
  bool tokens = false;  // int64 [views, length]; else images, float [views, C, H, W]
  int height = 0, width = 0, channels = 0;
  std::vector<double> mean, deviation;  // [C] images are (pixel - mean) / deviation, pixels in [0, 1]
  int length = 0, vocabulary = 0;       // of tokens
};

/// Random numbers that a loss takes.
struct ProgramDraw {
  enum class Kind { uniform, normal, integers, permutation, turns } kind;
  std::string name;
  std::vector<int64_t> shape;  // -1: the number of views
  int64_t low = 0, high = 0;   // of integers, [low, high)
};

/// What one view or sequence costs: forward, and backward for each subset.
struct ProgramCost {
  double forward = 0;
  std::map<std::string, double> backward;
};

/// One function of a program: `predict`, or `loss.NAME`.
struct ProgramFunction {
  Graph graph;
  std::vector<ProgramDraw> draws;
  std::vector<std::string> outputs;    // "logits", "features"; or "loss"
  std::vector<std::string> unreached;  // parameters on which it does not depend
  int least_views = 1;
  ProgramCost flops;
  ProgramCost memory;  // bytes, the most at a time beside the weights
};

/// What a program says of itself: the text `program` of its file, format "ttt-program 1".
struct ProgramContract {
  std::string file;   // where it was read, for messages
  std::string torch;  // version that traced it
  std::string name;
  std::string statistics;  // of BatchNorm, as text; "" without
  std::string made_with;   // free text
  std::string weights_digest;
  ProgramInput input;
  int classes = 0;
  std::vector<std::string> class_names;
  std::map<std::string, std::vector<int64_t>> parameters;   // that some subset adapts: shapes
  std::vector<std::string> order;                           // their names, in the file's order
  std::map<std::string, std::vector<std::string>> subsets;  // names of parameters
  std::map<std::string, ProgramFunction> functions;
  std::string same;  // everything that models of one group must have in common, as text

  std::vector<std::string> losses() const;  // NAME of every loss.NAME
  const ProgramFunction& function(const std::string& called) const { return functions.at(called); }
};

/// Reads the text. Throws a data Error "FILE: ..." for what is missing or contradicts itself.
ProgramContract read_contract(const std::string& file, const std::string& text);

}  // namespace ttt
