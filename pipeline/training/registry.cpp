#include "pipeline/training/registry.h"

#include <algorithm>
#include <array>

#include "pipeline/models/registry.h"
#include "schemas/error.h"

namespace ttt {

// One line a family of models.
extern const TrainerFamily resnet_trainer, transformer_trainer, pair_encoder_trainer;

namespace {

constexpr std::array families = {&resnet_trainer, &transformer_trainer, &pair_encoder_trainer};

bool is_trained_here(const ModelOptions& group) { return members(group).front().weights.empty(); }

}  // namespace

const TrainerFamily& trainer_family_of(const ModelOptions& group) {
  const std::string_view name = family_of(group).name;
  const auto found = std::ranges::find(families, name, &TrainerFamily::model_family);
  require(found != families.end(), "model.{}: `train` trains no model of the family {}; give its files",
          group.name, name);
  return **found;
}

std::vector<ModelOptions> groups_to_train(const JobSpec& spec) {
  std::vector<ModelOptions> groups;
  std::ranges::copy_if(spec.models, std::back_inserter(groups), is_trained_here);
  return groups;
}

std::optional<TrainingLength> training_length(const JobSpec& spec) {
  const std::vector<ModelOptions> groups = groups_to_train(spec);
  if (groups.empty()) return std::nullopt;
  const TrainerFamily& family = trainer_family_of(groups.front());
  return TrainingLength{family.samples(spec), family.length(spec, groups.front()), family.noun, family.keys};
}

ModelsToTrain models_to_train(const JobSpec& spec) {
  ModelsToTrain all;
  std::vector<ModelOptions> groups = groups_to_train(spec);
  for (const TrainerFamily* family : families) {
    std::vector<ModelOptions> own;
    std::ranges::copy_if(groups, std::back_inserter(own),
                         [&](const ModelOptions& group) { return &trainer_family_of(group) == family; });
    if (own.empty()) continue;
    all.noun = family->noun;
    std::vector<std::unique_ptr<Trainer>> trainers = family->open(spec, own, {});
    for (size_t i = 0; i < own.size(); ++i) {
      for (SourceModel& model : members(own[i]))
        all.models.push_back({model, trainers[i].get(), family->recipe(spec, own[i], model.seed),
                              family->length(spec, own[i])});
      all.trainers.push_back(std::move(trainers[i]));
    }
  }
  return all;
}

DataOptions sequences_to_train(const DataOptions& data) {
  DataOptions part = data;
  part.report = part.tune = {};
  part.train_images = DataOptions().train_images;
  return part;
}

RunOptions in_float32(RunOptions run) {
  run.precision = Precision::float32;
  return run;
}

}  // namespace ttt
