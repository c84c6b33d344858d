#pragma once
#include <memory>
#include <string>
#include <vector>

#include "pipeline/models/pair_layout.h"
#include "pipeline/models/puzzle_network.h"
#include "pipeline/models/sequence_training_options.h"
#include "pipeline/models/source_network.h"
#include "pipeline/models/transformer_shape.h"
#include "pipeline/puzzles/view.h"

namespace ttt {

/// family = "pair_encoder": what tells its tables from those of other families.
enum class PairEncoderFamily { pair_encoder };

/// [model.NAME.training] of a pair encoder.
struct PuzzleTrainingOptions {
  SequenceTrainingOptions steps = {.batch = 32, .learning_rate = 3e-3};
  PuzzleViews views = PuzzleViews::none;  // how every puzzle is changed before it is learned from
  int pairs = 5;                          // of a puzzle, at most; more are drawn from
  bool operator==(const PuzzleTrainingOptions&) const = default;
};
Fields fields(PuzzleTrainingOptions& options);
void validate(const PuzzleTrainingOptions& options);

/// Keys of the family "pair_encoder".
struct PairEncoderOptions {
  PairEncoderFamily family = PairEncoderFamily::pair_encoder;
  int side = 5;      // of the frame that grids lie in
  int colours = 10;  // cells are 0 .. colours-1
  int width = 64, layers = 3, heads = 4;
  double hidden_multiple = 4;             // units of the perceptron, times width
  std::vector<uint64_t> seeds = {};       // of training, one a model
  std::vector<std::string> weights = {};  // or safetensors files of trained models, one each
  PuzzleTrainingOptions training = {};
  bool operator==(const PairEncoderOptions&) const = default;
};
Fields fields(PairEncoderOptions& options);
void validate(const PairEncoderOptions& options);

/// An encoder of pairs of grids (PairLayout) of the same layers as the transformer's (transformer_shape.h),
/// without rotary positions.
class PairEncoder final : public PuzzleNetwork {
 public:
  PairLayout layout;
  TransformerShape shape;

  explicit PairEncoder(const PairEncoderOptions& options);

  OwnedWindow question(const Puzzle& puzzle) const override { return layout.question(puzzle); }
  OwnedWindow lesson(std::span<const std::vector<PuzzlePair>> puzzles) const override {
    return layout.lesson(puzzles);
  }
  std::unique_ptr<SequenceLane> lane(const Weights& source, const std::string& subset, int rank,
                                     uint64_t seed, int64_t sample) const override;

  double question_flops(int64_t demonstrations) const override;
  double lesson_flops(int64_t pairs, int64_t puzzles) const override;
  double lesson_backward_flops(int64_t pairs, int64_t puzzles, const std::string& subset,
                               int rank) const override;
  int64_t lane_bytes(const std::string& subset, int rank, int64_t pairs, int64_t puzzles) const override;

  std::vector<std::string> subsets() const override { return transformer_subsets(); }
  ComputePath compute_path() const override;
  std::shared_ptr<const Network> computed(Precision precision, Device device) const override;
  SourceNetwork load(const std::filesystem::path& file) const override;
  SourceNetwork example() const override;
};

/// The network of [model.NAME] on such puzzles. Throws a spec Error when they do not fit together.
PairEncoder pair_encoder_of(const std::string& name, const PairEncoderOptions& options, const InputForm& form,
                            const RunOptions& run);

}  // namespace ttt
