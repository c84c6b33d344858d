#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/lanes/optimiser.h"
#include "pipeline/models/path.h"
#include "schemas/run_options.h"
#include "schemas/test_set.h"
#include "schemas/weights.h"

namespace ttt {

using lanes::Weights;

/// The samples that a network is made for: images, or sequences of tokens.
struct InputForm {
  int height = 32, width = 32, channels = 3;
  int classes = 10;
  std::optional<TokenForm> tokens = {};  // of sequences; then the others say nothing
};
InputForm input_form(const TestSet& set);

struct SourceNetwork;

/// A network whatever it sees: images (image_network.h) or sequences (sequence_network.h). K lanes are K
/// copies of its weights side by side, [K, ...].
class Network {
 public:
  virtual ~Network() = default;

  std::string name = {};  // of its group, NAME of [model.NAME]
  // How it is computed, not what.
  Precision precision = Precision::float32;
  Device device = Device::cpu;

  virtual std::vector<std::string> subsets() const = 0;  // of its weights, that can adapt

  /// FLOPs of one prediction of a sample, 2 a multiply-add: what a forward-equivalent is.
  virtual double prediction_flops() const = 0;

  // Where and how.
  virtual ComputePath compute_path() const = 0;
  /// The same network computed elsewhere.
  virtual std::shared_ptr<const Network> computed(Precision precision, Device device) const = 0;

  // Its models.
  /// The model in a file. Throws a data Error that names the file and what does not fit.
  virtual SourceNetwork load(const std::filesystem::path& file) const = 0;
  /// A model to measure time with, where no trained one is at hand.
  virtual SourceNetwork example() const = 0;

  int64_t float_bytes() const { return precision == Precision::float64 ? 8 : 4; }
  at::Device tensor_device() const;

  /// x, or every weight, as the network computes: in float or double, on the CPU or on a GPU.
  at::Tensor placed(const at::Tensor& x) const;
  Weights placed(Weights weights) const;
};

/// Lane k of the weights alone, [1, ...], where a fresh tensor would lie: operations of libraries may round
/// by the address.
Weights lane_of(const Weights& weights, int64_t k);

}  // namespace ttt
