#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/models/sequence_network.h"
#include "pipeline/models/source_network.h"
#include "pipeline/models/transformer_shape.h"

namespace ttt {

/// The family "transformer". Lanes are the CPU's kernels in float32, LibTorch's operations in float64 and on
/// a GPU.
class Transformer final : public SequenceNetwork {
 public:
  TransformerShape shape;

  explicit Transformer(const TransformerShape& of_shape);

  std::vector<std::string> subsets() const override { return transformer_subsets(); }
  std::unique_ptr<SequenceLane> lane(const Weights& source, const std::string& subset, int rank,
                                     uint64_t seed, int64_t sample) const override;
  double forward_flops(int64_t rows, int64_t scored) const override;
  double backward_flops(int64_t rows, int64_t scored, const std::string& subset, int rank) const override;
  int64_t lane_bytes(const std::string& subset, int rank, int64_t rows) const override;

  /// Of a sample of sample_tokens in windows of `longest` rows that overlap by half: all but the first score
  /// half of their rows.
  double prediction_flops() const override;

  ComputePath compute_path() const override;
  std::shared_ptr<const Network> computed(Precision precision, Device device) const override;
  SourceNetwork load(const std::filesystem::path& file) const override;
  SourceNetwork example() const override;
};

/// The network of [model.NAME] on such sequences. Throws a spec Error when they do not fit together.
Transformer transformer_of(const std::string& name, const TransformerShape& shape, const InputForm& form,
                           const RunOptions& run);

}  // namespace ttt
