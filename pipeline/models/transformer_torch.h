#pragma once
#include <map>
#include <string>

#include "pipeline/models/sequence_network.h"
#include "pipeline/models/transformer_lane.h"

namespace ttt {

/// The same lane on LibTorch's operations and autograd: in float64 as the reference, and on a GPU. Nothing in
/// common with the kernels but the names of the weights and the draws of the factors.
class TorchTransformerLane final : public SequenceLane {
 public:
  TorchTransformerLane(const TransformerShape& shape, const Weights& source, const std::string& subset,
                       int rank, uint64_t seed, int64_t sample, Precision precision, Device device);

  void reset() override;
  TokenScores score(const TokenWindow& window, Kept keep = {}) override;
  TokenScores differentiate(const TokenWindow& window, Kept keep = {}) override;
  double step(const SequenceStep& step) override;
  void pull_to_source(double share) override;

  /// Of a window, in the lane's own precision.
  double mean_nats(const TokenWindow& window) const;

  /// What is adapted, and its gradient after differentiate(), by name.
  const std::map<std::string, at::Tensor>& adapted() const { return adapted_; }
  const std::map<std::string, at::Tensor>& gradients() const { return gradients_; }

 private:
  using Tensors = std::map<std::string, at::Tensor>;

  at::Tensor weight(const std::string& name) const;
  at::Tensor linear(const at::Tensor& x, int layer, const char* site) const;
  at::Tensor hidden(const at::Tensor& tokens, const at::Tensor& unseen) const;
  struct Passed {
    at::Tensor states, logits, nats, targets;
  };
  TokenScores scores(const Passed& passed, Kept keep) const;
  Passed pass(const TokenWindow& window) const;

  TransformerShape shape_;
  at::TensorOptions options_;
  Tensors source_, start_;  // all weights; what is adapted, as an episode begins
  Tensors adapted_, gradients_, first_, second_;
  int steps_ = 0;
};

}  // namespace ttt
