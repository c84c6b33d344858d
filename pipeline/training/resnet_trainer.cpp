#include <nlohmann/json.hpp>

#include "pipeline/models/source_network.h"
#include "pipeline/scores/registry.h"
#include "pipeline/sources/source.h"
#include "pipeline/training/image_training.h"
#include "pipeline/training/registry.h"

namespace ttt {
namespace {

constexpr int64_t held_out_samples = 1000;  // for the accuracy kept with the weights
constexpr int endless_epochs = 1'000'000;

/// What all models are trained on, and what their accuracy is measured on.
struct TrainingImages {
  LabelledImages images, held_out;
};

class ResNetTrainer final : public Trainer {
 public:
  ResNetTrainer(ResNet network, const TrainingOptions& options, std::shared_ptr<const TrainingImages> data)
      : network_(std::move(network)), options_(options), data_(std::move(data)) {}

  int64_t seen_a_step() const override { return std::min<int64_t>(data_->images.count, options_.batch); }

  std::unique_ptr<Training> begin(uint64_t seed) const override {
    return std::make_unique<ImageTraining>(network_, options_, data_->images, seed);
  }

  void check(const std::filesystem::path& file) const override { network_.load(file); }

  TrainedModel judge(const Training& training) const override {
    const ImageTrainingProgress last = dynamic_cast<const ImageTraining&>(training).progress();
    const CleanAccuracy clean = clean_accuracy(network_, training.weights(), data_->held_out);
    const nlohmann::json record = {{"epochs", last.epoch},
                                   {"main_loss", last.main_loss},
                                   {"auxiliary_loss", last.auxiliary_loss},
                                   {"training_accuracy", last.accuracy},
                                   {"clean_accuracy", clean.main},
                                   {"clean_turn_accuracy", clean.auxiliary},
                                   {"clean_images", clean.images}};
    return {record.dump(),
            fmt::format("{}, clean accuracy {:.1f} %, turns {:.1f} %", training.losses(), 100 * clean.main,
                        100 * clean.auxiliary),
            &classification,
            clean.main,
            clean.images,
            1.0 / network_.classes};
  }

 private:
  ResNet network_;
  TrainingOptions options_;
  std::shared_ptr<const TrainingImages> data_;
};

std::string recipe_of(const JobSpec& spec, const ModelOptions& group, uint64_t seed) {
  ModelOptions alone = group;
  alone.family.options.get<ResNetOptions>().seeds = {seed};
  DataOptions data = spec.data;
  data.report = data.tune = {};
  return to_toml(alone) + to_toml(spec.training) + to_toml(data);
}

int64_t samples_of(const JobSpec& spec) {
  return training_count(*open_images(spec.data, DataPart::training), spec.data);
}

std::vector<std::unique_ptr<Trainer>> open(const JobSpec& spec, const std::vector<ModelOptions>& groups,
                                           const TrainingExtent& extent) {
  DataOptions options = spec.data;
  if (extent.samples > 0) options.train_images = extent.samples;
  auto data = std::make_shared<TrainingImages>();
  data->images = training_images(options);
  if (!extent.endless) {
    data->held_out = held_out_images(options, held_out_samples);
    require_same_form(data->images, data->held_out, options.path);
  }
  TrainingOptions training = spec.training;
  if (extent.endless) training.epochs = endless_epochs;
  const LabelledImages& images = data->images;
  const InputForm form{images.height, images.width, images.channels,
                       static_cast<int>(images.class_names.size())};
  std::vector<std::unique_ptr<Trainer>> trainers;
  for (const ModelOptions& group : groups)
    trainers.push_back(std::make_unique<ResNetTrainer>(
        resnet_of(group.name, group.family.options.get<ResNetOptions>(), form, in_float32(spec.run)),
        training, data));
  return trainers;
}

}  // namespace

extern const TrainerFamily resnet_trainer;
constinit const TrainerFamily resnet_trainer = {
    .model_family = "resnet",
    .noun = "images",
    .keys = "data.train_images x training.epochs",
    .recipe = recipe_of,
    .samples = samples_of,
    .length = [](const JobSpec& spec,
                 const ModelOptions&) { return samples_of(spec) * spec.training.epochs; },
    .open = open};

}  // namespace ttt
