#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "pipeline/training/trainer.h"

namespace ttt {

/// The family of trainers for a group's models. Throws a spec Error where only files give such models.
const TrainerFamily& trainer_family_of(const ModelOptions& group);

/// One source model that is trained here, and how.
struct ModelToTrain {
  SourceModel model;
  const Trainer* trainer = nullptr;
  std::string recipe;  // TOML
  int64_t length = 0;  // of its training, as Training::seen()
};

/// Every model of a spec that no file gives.
struct ModelsToTrain {
  std::vector<std::unique_ptr<Trainer>> trainers;  // one a group
  std::vector<ModelToTrain> models;                // in the spec's order
  std::string_view noun = "images";                // TrainerFamily::noun
};

/// The groups whose models are trained here.
std::vector<ModelOptions> groups_to_train(const JobSpec& spec);

/// How long the trainings of a spec's first group that is trained here are.
struct TrainingLength {
  int64_t samples = 0;          // that each rank reads
  int64_t length = 0;           // of one training, as Training::seen()
  std::string_view noun, keys;  // of TrainerFamily
};

/// Nothing where every model is given by its file. Throws as models_to_train() does.
std::optional<TrainingLength> training_length(const JobSpec& spec);

/// Reads the training data, when there is a model to train. Throws an Error that names the file or the key at
/// fault.
ModelsToTrain models_to_train(const JobSpec& spec);

/// Models are trained in fp32, whatever they are evaluated in.
RunOptions in_float32(RunOptions run);

}  // namespace ttt
