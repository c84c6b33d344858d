#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/scores/score_family.h"
#include "pipeline/training/training.h"
#include "schemas/job_spec.h"

namespace ttt {

/// What a trained model is worth on samples that it was not trained on.
struct TrainedModel {
  std::string record;                  // JSON, kept with the weights
  std::string words;                   // of the line that says that it is there
  const ScoreFamily* score = nullptr;  // what `value` is a value of
  double value = 0;                    // mean over the samples
  int64_t samples = 0;
  double chance = 0;  // accuracy of guessing, where `score` has classes
};

/// How the models of one group are trained on the data of a job.
class Trainer {
 public:
  Trainer() = default;
  virtual ~Trainer() = default;
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  virtual int64_t seen_a_step() const = 0;  // samples or tokens, as Training::seen()
  /// A training at its beginning; this must outlive it.
  virtual std::unique_ptr<Training> begin(uint64_t seed) const = 0;
  /// Throws a data Error that names the file and the tensor unless it holds weights of the network.
  virtual void check(const std::filesystem::path& file) const = 0;
  /// Looks at a training that is done.
  virtual TrainedModel judge(const Training& training) const = 0;
};

/// How much of a job's training data a trainer reads.
struct TrainingExtent {
  int64_t samples = 0;   // images or documents; 0: as many as the spec says
  bool endless = false;  // its trainings are never done: their speed is measured
};

/// What weights that are trained on sequences depend on in [data].
DataOptions sequences_to_train(const DataOptions& data);

/// Trains the models of one family (pipeline/models): one file that exports one value, one line in
/// registry.cpp.
struct TrainerFamily {
  std::string_view model_family;  // ModelFamily::name
  std::string_view noun;          // what Training::seen() counts: "images"
  std::string_view keys;          // of a spec, that say how many: "data.train_images x training.epochs"

  /// TOML of everything in the spec that the weights of a group's model of this seed depend on.
  std::string (*recipe)(const JobSpec& spec, const ModelOptions& group, uint64_t seed);
  /// Samples of the training part that each rank reads.
  int64_t (*samples)(const JobSpec& spec);
  /// What a training of this group sees, as Training::seen().
  int64_t (*length)(const JobSpec& spec, const ModelOptions& group);
  /// A trainer for each of these groups; they share the data, which is read here. Throws an Error that names
  /// the file or the key at fault.
  std::vector<std::unique_ptr<Trainer>> (*open)(const JobSpec& spec, const std::vector<ModelOptions>& groups,
                                                const TrainingExtent& extent);
};

}  // namespace ttt
