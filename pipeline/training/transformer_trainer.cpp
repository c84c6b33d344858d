#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

#include "pipeline/documents/windows.h"
#include "pipeline/models/source_network.h"
#include "pipeline/models/transformer.h"
#include "pipeline/models/transformer_options.h"
#include "pipeline/scores/registry.h"
#include "pipeline/sources/token_set.h"
#include "pipeline/training/registry.h"
#include "pipeline/training/sequence_training.h"
#include "pipeline/training/text_windows.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr int64_t held_out_documents = 100;
constexpr int64_t endless_steps = 1'000'000'000;

/// What all models are trained on, and documents of the test part as they are.
struct TrainingText {
  TokenForm form;
  std::vector<int32_t> tokens;
  std::vector<Sequence> held_out;
};

class TransformerTrainer final : public Trainer {
 public:
  TransformerTrainer(Transformer network, const SequenceTrainingOptions& options,
                     std::shared_ptr<const TrainingText> data)
      : network_(std::move(network)),
        options_(options),
        data_(std::move(data)),
        windows_(network_.shape, data_->tokens) {}

  int64_t seen_a_step() const override { return options_.batch * network_.shape.window; }

  std::unique_ptr<Training> begin(uint64_t seed) const override {
    return std::make_unique<SequenceTraining>(network_.name, network_.shape, options_, windows_, seed);
  }

  void check(const std::filesystem::path& file) const override { network_.load(file); }

  TrainedModel judge(const Training& training) const override {
    const double bits = held_out_bits(training);
    const SequenceTrainingProgress last = dynamic_cast<const SequenceTraining&>(training).progress();
    const auto documents = static_cast<int64_t>(data_->held_out.size());
    const nlohmann::json record = {{"steps", last.steps},
                                   {"tokens", last.seen},
                                   {"training_nats", last.nats},
                                   {"held_out_bits_per_byte", bits},
                                   {"held_out_documents", documents}};
    return {record.dump(),
            fmt::format("{}, {:.3f} bits a byte on {} documents of the test part", training.losses(), bits,
                        documents),
            &next_token, bits, documents};
  }

 private:
  /// Bits a byte of the held-out documents, each chunk of half a window read in a whole one.
  double held_out_bits(const Training& training) const {
    const SourceNetwork model = source_network(network_, training.weights());
    const auto lane = network_.lane(model.weights, "norm", 0, 0, 0);
    const int64_t window = network_.shape.window;
    double nats = 0;
    int64_t bytes = 0;
    for (const Sequence& document : data_->held_out) {
      const std::vector<int32_t> read = with_start(document.tokens);
      const std::span<const int32_t> rows(read), targets(document.tokens);
      const auto length = static_cast<int64_t>(document.tokens.size());
      for (const Chunk& chunk : chunks_of(length, std::max<int64_t>(1, window / 2), window)) {
        const TokenScores scores = lane->score(
            {rows.subspan(static_cast<size_t>(chunk.first), static_cast<size_t>(chunk.rows())),
             targets.subspan(static_cast<size_t>(chunk.begin), static_cast<size_t>(chunk.scored()))});
        nats = std::accumulate(scores.nats.begin(), scores.nats.end(), nats);
      }
      bytes += document.bytes > 0 ? document.bytes : length;
    }
    return nats / std::numbers::ln2 / static_cast<double>(bytes);
  }

  Transformer network_;
  SequenceTrainingOptions options_;
  std::shared_ptr<const TrainingText> data_;
  TextWindows windows_;
};

std::string recipe_of(const JobSpec& spec, const ModelOptions& group, uint64_t seed) {
  ModelOptions alone = group;
  alone.family.options.get<TransformerOptions>().seeds = {seed};
  return to_toml(alone) + to_toml(sequences_to_train(spec.data));
}

std::vector<Sequence> held_out(const DataOptions& data) {
  const std::unique_ptr<TokenSet> set = open_sequences(data, DataPart::test);
  const std::string shift = set->has_clean() ? "clean" : set->shift_names().front();
  std::vector<Sequence> documents;
  for (const int64_t i : held_out_sequences(*set, data, held_out_documents))
    documents.push_back(set->sequence(i, shift, set->has_clean() ? 0 : 1));
  return documents;
}

std::vector<std::unique_ptr<Trainer>> open(const JobSpec& spec, const std::vector<ModelOptions>& groups,
                                           const TrainingExtent& extent) {
  DataOptions options = spec.data;
  if (extent.samples > 0) options.train_documents = extent.samples;
  auto data = std::make_shared<TrainingText>();
  const SequenceForm form = open_sequences(options, DataPart::training)->form();
  data->form = {form.vocabulary, form.longest};
  data->tokens = training_tokens(options);
  if (!extent.endless) data->held_out = held_out(options);
  std::vector<std::unique_ptr<Trainer>> trainers;
  for (const ModelOptions& group : groups) {
    const auto& o = group.family.options.get<TransformerOptions>();
    SequenceTrainingOptions training = o.training;
    if (extent.endless) training.steps = endless_steps;
    InputForm input;
    input.tokens = data->form;
    trainers.push_back(std::make_unique<TransformerTrainer>(
        transformer_of(group.name, o.shape, input, in_float32(spec.run)), training, data));
  }
  return trainers;
}

}  // namespace

extern const TrainerFamily transformer_trainer;
constinit const TrainerFamily transformer_trainer = {
    .model_family = "transformer",
    .noun = "tokens",
    .keys = "training.steps x training.batch x window of the model",
    .recipe = recipe_of,
    .samples = [](const JobSpec& spec) { return training_documents(spec.data); },
    .length =
        [](const JobSpec&, const ModelOptions& group) {
          const auto& o = group.family.options.get<TransformerOptions>();
          return o.training.steps * o.training.batch * o.shape.window;
        },
    .open = open};

}  // namespace ttt
