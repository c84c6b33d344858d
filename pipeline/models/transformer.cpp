#include "pipeline/models/transformer.h"

#include <algorithm>

#include "kernels/cpu/isa.h"
#include "kernels/torch.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_torch.h"
#include "pipeline/models/transformer_weights.h"
#include "schemas/error.h"

namespace ttt {
namespace {

bool by_hand(const Transformer& network) {
  return network.precision == Precision::float32 && network.device == Device::cpu;
}

}  // namespace

Transformer::Transformer(const TransformerShape& of_shape) : shape(of_shape) {
  vocabulary = shape.vocabulary;
  width = shape.width;
  longest = shape.window;
}

std::unique_ptr<SequenceLane> Transformer::lane(const Weights& source, const std::string& subset, int rank,
                                                uint64_t seed, int64_t sample) const {
  if (by_hand(*this)) return std::make_unique<TransformerLane>(shape, source, subset, rank, seed, sample);
  return std::make_unique<TorchTransformerLane>(shape, source, subset, rank, seed, sample, precision, device);
}

double Transformer::forward_flops(int64_t rows, int64_t scored) const {
  return transformer_forward_flops(shape, causal_extent(rows, scored));
}

double Transformer::backward_flops(int64_t rows, int64_t scored, const std::string& subset, int rank) const {
  return transformer_backward_flops(shape, causal_extent(rows, scored), subset, rank);
}

int64_t Transformer::lane_bytes(const std::string& subset, int rank, int64_t rows) const {
  const int64_t bytes = transformer_lane_bytes(shape, subset, rank, rows);
  return precision == Precision::float64 ? 2 * bytes : bytes;
}

double Transformer::prediction_flops() const {
  const int64_t chunk = std::max<int64_t>(longest / 2, 1);
  double flops = 0;
  for (int64_t end = std::min(longest, sample_tokens), scored = end; scored > 0;) {
    flops += forward_flops(std::min(longest, end), scored);
    scored = std::min(chunk, sample_tokens - end);
    end += scored;
  }
  return flops;
}

ComputePath Transformer::compute_path() const {
  ComputePath path;
  path.words = by_hand(*this) ? fmt::format("all {} layers on hand-written kernels ({})", shape.layers,
                                            cpu::name(cpu::instruction_set()))
                              : "LibTorch's operations, one lane at a time";
  path.instruction_set = device == Device::cuda ? "cuda" : cpu::name(cpu::instruction_set());
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

Transformer transformer_of(const std::string& name, const TransformerShape& shape, const InputForm& form,
                           const RunOptions& run) {
  require(form.tokens.has_value(),
          "model.{}: a transformer reads sequences of tokens, and the data has images", name);
  require(form.tokens->vocabulary <= shape.vocabulary,
          "model.{}: the data has tokens below {}, vocabulary is {} (at least as many)", name,
          form.tokens->vocabulary, shape.vocabulary);
  require(run.precision == Precision::float32 || run.precision == Precision::float64,
          "model.{}: run.precision is {}, and a transformer computes in float32 or float64", name,
          ttt::name(run.precision));
  Transformer network(shape);
  network.name = name;
  network.sample_tokens = form.tokens->longest;
  network.precision = run.precision;
  network.device = run.device;
  return network;
}

}  // namespace ttt
