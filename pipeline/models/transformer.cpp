#include "pipeline/models/transformer.h"

#include "kernels/cpu/isa.h"
#include "kernels/torch.h"
#include "pipeline/models/source_network.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_torch.h"
#include "pipeline/models/transformer_weights.h"

namespace ttt {

Transformer::Transformer(const TransformerShape& of_shape) : shape(of_shape) {
  vocabulary = shape.vocabulary;
  width = shape.width;
  longest = shape.window;
}

std::unique_ptr<SequenceLane> Transformer::lane(const Weights& source, const std::string& subset, int rank,
                                                uint64_t seed, int64_t sample) const {
  if (precision == Precision::float32 && device == Device::cpu)
    return std::make_unique<TransformerLane>(shape, source, subset, rank, seed, sample);
  return std::make_unique<TorchTransformerLane>(shape, source, subset, rank, seed, sample, precision, device);
}

double Transformer::forward_flops(int64_t rows, int64_t scored) const {
  return transformer_forward_flops(shape, rows, scored);
}

double Transformer::backward_flops(int64_t rows, int64_t scored, const std::string& subset, int rank) const {
  return transformer_backward_flops(shape, rows, scored, subset, rank);
}

int64_t Transformer::lane_bytes(const std::string& subset, int rank, int64_t rows) const {
  const int64_t bytes = transformer_lane_bytes(shape, subset, rank, rows);
  return precision == Precision::float64 ? 2 * bytes : bytes;
}

ComputePath Transformer::compute_path() const {
  const bool by_hand = precision == Precision::float32 && device == Device::cpu;
  ComputePath path;
  path.words = by_hand ? fmt::format("every layer on hand-written kernels ({}), one lane at a time",
                                     cpu::name(cpu::instruction_set()))
                       : "LibTorch's operations, one lane at a time";
  return path;
}

std::shared_ptr<const Network> Transformer::computed(Precision with, Device on) const {
  auto same = std::make_shared<Transformer>(*this);
  same->precision = with;
  same->device = on;
  return same;
}

SourceNetwork Transformer::load(const std::filesystem::path& file) const {
  return source_network(*this, transformer_arrays(shape, read_weights(file).arrays, file.string()));
}

SourceNetwork Transformer::example() const { return source_network(*this, initial_weights(shape, 1)); }

}  // namespace ttt
