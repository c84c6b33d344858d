#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/models/pair_encoder.h"
#include "pipeline/models/source_network.h"
#include "pipeline/puzzles/answer.h"
#include "pipeline/scores/registry.h"
#include "pipeline/sources/token_set.h"
#include "pipeline/training/puzzle_windows.h"
#include "pipeline/training/registry.h"
#include "pipeline/training/sequence_training.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr int64_t held_out_puzzles = 200;
constexpr int64_t endless_steps = 1'000'000'000;

/// What all models are trained on, and puzzles of the test part as they are.
struct TrainingPuzzles {
  std::shared_ptr<const TokenSet> set;
  std::vector<int64_t> chosen;
  std::vector<Puzzle> held_out;
};

class PairEncoderTrainer final : public Trainer {
 public:
  PairEncoderTrainer(PairEncoder network, const PuzzleTrainingOptions& options,
                     std::shared_ptr<const TrainingPuzzles> data)
      : network_(std::move(network)),
        options_(options.steps),
        data_(std::move(data)),
        windows_(network_, options, data_->set, data_->chosen) {}

  int64_t seen_a_step() const override { return options_.batch; }

  std::unique_ptr<Training> begin(uint64_t seed) const override {
    return std::make_unique<SequenceTraining>(network_.name, network_.shape, options_, windows_, seed);
  }

  void check(const std::filesystem::path& file) const override { network_.load(file); }

  TrainedModel judge(const Training& training) const override {
    const double share = share_solved(training);
    const SequenceTrainingProgress last = dynamic_cast<const SequenceTraining&>(training).progress();
    const auto puzzles = static_cast<int64_t>(data_->held_out.size());
    const nlohmann::json record = {{"steps", last.steps},
                                   {"puzzles", last.seen},
                                   {"training_nats", last.nats},
                                   {"held_out_exact_match", share},
                                   {"held_out_puzzles", puzzles}};
    return {record.dump(),
            fmt::format("{}, {:.1f} % of {} puzzles of the test part solved", training.losses(), 100 * share,
                        puzzles),
            &exact_match, share, puzzles};
  }

 private:
  double share_solved(const Training& training) const {
    const SourceNetwork model = source_network(network_, training.weights());
    const auto lane = network_.lane(model.weights, "norm", 0, 0, 0);
    int solved = 0;
    for (const Puzzle& puzzle : data_->held_out) {
      const OwnedWindow window = network_.question(puzzle);
      const TokenScores scores = lane->score(window.window(), {.log_probabilities = true});
      const std::vector<Candidate> answers =
          two_likeliest({network_.side, network_.colours, scores.log_probabilities});
      solved += !answers.empty() && answers.front().grid == puzzle.query.out;
    }
    return data_->held_out.empty() ? 0 : solved / static_cast<double>(data_->held_out.size());
  }

  PairEncoder network_;
  SequenceTrainingOptions options_;
  std::shared_ptr<const TrainingPuzzles> data_;
  PuzzleWindows windows_;
};

std::string recipe_of(const JobSpec& spec, const ModelOptions& group, uint64_t seed) {
  ModelOptions alone = group;
  alone.family.options.get<PairEncoderOptions>().seeds = {seed};
  return to_toml(alone) + to_toml(sequences_to_train(spec.data));
}

std::vector<Puzzle> held_out(const DataOptions& data) {
  const std::unique_ptr<TokenSet> set = open_sequences(data, DataPart::test);
  std::vector<Puzzle> puzzles;
  if (!set->has_clean()) return puzzles;
  for (const int64_t i : held_out_sequences(*set, data, held_out_puzzles))
    puzzles.push_back(
        puzzle_of(set->sequence(i, "clean", 0).tokens, fmt::format("puzzle {} of the test part", i)));
  return puzzles;
}

std::vector<std::unique_ptr<Trainer>> open(const JobSpec& spec, const std::vector<ModelOptions>& groups,
                                           const TrainingExtent& extent) {
  DataOptions options = spec.data;
  if (extent.samples > 0) options.train_documents = extent.samples;
  auto data = std::make_shared<TrainingPuzzles>();
  data->set = open_sequences(options, DataPart::training);
  data->chosen = choose_sequences(*data->set, options.seed, DataPart::training, training_documents(options));
  if (!extent.endless) data->held_out = held_out(options);
  const SequenceForm& form = data->set->form();
  InputForm input;
  input.tokens = TokenForm{form.vocabulary, form.longest, form.puzzles};
  std::vector<std::unique_ptr<Trainer>> trainers;
  for (const ModelOptions& group : groups) {
    const auto& o = group.family.options.get<PairEncoderOptions>();
    PuzzleTrainingOptions training = o.training;
    if (extent.endless) training.steps.steps = endless_steps;
    trainers.push_back(std::make_unique<PairEncoderTrainer>(
        pair_encoder_of(group.name, o, input, in_float32(spec.run)), training, data));
  }
  return trainers;
}

}  // namespace

extern const TrainerFamily pair_encoder_trainer;
constinit const TrainerFamily pair_encoder_trainer = {
    .model_family = "pair_encoder",
    .noun = "puzzles",
    .keys = "training.steps x training.batch of the model",
    .recipe = recipe_of,
    .samples = [](const JobSpec& spec) { return training_documents(spec.data); },
    .length =
        [](const JobSpec&, const ModelOptions& group) {
          const auto& o = group.family.options.get<PairEncoderOptions>().training.steps;
          return o.steps * o.batch;
        },
    .open = open};

}  // namespace ttt
