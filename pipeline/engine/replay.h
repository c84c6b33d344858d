#pragma once
#include <filesystem>
#include <string>

#include "schemas/run_options.h"

namespace ttt {

/// What `ttt-eval replay` was asked for: plain SGD steps of a program on inputs and draws that a file gives,
/// to compare with the same loop elsewhere.
struct ReplayOptions {
  std::filesystem::path program, input, output;
  std::string loss;             // "": the only one
  std::string subset = "all";   // that steps
  double learning_rate = 1e-3;  // 0: losses and predictions of the source
  Precision precision = Precision::float32;
  Device device = Device::cpu;
};

/// Reads safetensors `x` [K, S, V, ...] (inputs of the loss as its graph sees them: scaled images, channels
/// first, or tokens), `d.NAME` [K, S, ...] for each draw, and `x.predict` [K, P, ...]; each of K episodes
/// starts from the file's weights and takes S steps, one episode after the other. Writes `losses` [K, S]
/// before each step, `seconds` [K, S] of each step (loss, gradients, update), `logits` [K, P, ...] after the
/// steps and `logits.source` before them, all in float64. Throws a data Error for inputs that do not fit the
/// program, a spec Error for a loss or subset that it does not have.
void replay(const ReplayOptions& options);

}  // namespace ttt
