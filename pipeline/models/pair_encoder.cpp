#include "pipeline/models/pair_encoder.h"

#include "kernels/cpu/isa.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_torch.h"
#include "pipeline/models/transformer_weights.h"
#include "schemas/error.h"

namespace ttt {
namespace {

bool by_hand(const PairEncoder& network) {
  return network.precision == Precision::float32 && network.device == Device::cpu;
}

}  // namespace

PairEncoder::PairEncoder(const PairEncoderOptions& o) : layout(o.side, o.colours) {
  side = o.side;
  colours = o.colours;
  shape.width = o.width;
  shape.layers = o.layers;
  shape.heads = o.heads;
  shape.hidden_multiple = o.hidden_multiple;
  layout.fit(shape);
}

std::unique_ptr<SequenceLane> PairEncoder::lane(const Weights& source, const std::string& subset, int rank,
                                                uint64_t seed, int64_t sample) const {
  if (by_hand(*this)) return std::make_unique<TransformerLane>(shape, source, subset, rank, seed, sample);
  return std::make_unique<TorchTransformerLane>(shape, source, subset, rank, seed, sample, precision, device);
}

double PairEncoder::question_flops(int64_t of) const {
  return transformer_forward_flops(shape, layout.question_extent(of));
}

double PairEncoder::lesson_flops(int64_t pairs, int64_t puzzles) const {
  return transformer_forward_flops(shape, layout.lesson_extent(pairs, puzzles));
}

double PairEncoder::lesson_backward_flops(int64_t pairs, int64_t puzzles, const std::string& subset,
                                          int rank) const {
  return transformer_backward_flops(shape, layout.lesson_extent(pairs, puzzles), subset, rank);
}

int64_t PairEncoder::lane_bytes(const std::string& subset, int rank, int64_t pairs, int64_t puzzles) const {
  const int64_t bytes =
      transformer_lane_bytes(shape, subset, rank, layout.lesson_extent(pairs, puzzles).rows);
  return precision == Precision::float64 ? 2 * bytes : bytes;
}

ComputePath PairEncoder::compute_path() const {
  ComputePath path;
  path.words = by_hand(*this) ? fmt::format("all {} layers on hand-written kernels ({})", shape.layers,
                                            cpu::name(cpu::instruction_set()))
                              : "LibTorch's operations, one lane at a time";
  path.instruction_set = device == Device::cuda ? "cuda" : cpu::name(cpu::instruction_set());
  return path;
}

std::shared_ptr<const Network> PairEncoder::computed(Precision with, Device on) const {
  auto same = std::make_shared<PairEncoder>(*this);
  same->precision = with;
  same->device = on;
  return same;
}

SourceNetwork PairEncoder::load(const std::filesystem::path& file) const {
  return source_network(*this, transformer_arrays(shape, read_weights(file).arrays, file.string()));
}

SourceNetwork PairEncoder::example() const { return source_network(*this, initial_weights(shape, 1)); }

PairEncoder pair_encoder_of(const std::string& name, const PairEncoderOptions& o, const InputForm& form,
                            const RunOptions& run) {
  require(form.tokens && form.tokens->puzzles,
          "model.{}: a pair encoder answers puzzles, and the data has none", name);
  const PuzzleForm& puzzles = *form.tokens->puzzles;
  require(puzzles.side <= o.side, "model.{}: side is {}, and the data has grids of up to {} rows or columns",
          name, o.side, puzzles.side);
  require(puzzles.colours <= o.colours, "model.{}: colours is {}, and the data has {}", name, o.colours,
          puzzles.colours);
  require(run.precision == Precision::float32 || run.precision == Precision::float64,
          "model.{}: run.precision is {}, and a pair encoder computes in float32 or float64", name,
          ttt::name(run.precision));
  PairEncoder network(o);
  network.name = name;
  network.demonstrations = puzzles.pairs - 1;
  network.precision = run.precision;
  network.device = run.device;
  return network;
}

}  // namespace ttt
