#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "jobs/made_with.h"
#include "jobs/shared_stages.h"
#include "pipeline/data/source.h"
#include "pipeline/engine/environment.h"
#include "pipeline/engine/plan.h"
#include "pipeline/engine/train.h"
#include "pipeline/mpi/failure.h"
#include "schemas/digest.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

constexpr int64_t clean_images = 1000;  // for the accuracy kept with the weights

/// One model to train: its group's network and its seed.
struct Training {
  SourceModel model;
  Architecture architecture;
  std::string recipe;  // TOML of what its weights depend on
};

std::string recipe_of(const JobSpec& spec, ModelOptions group, const SourceModel& model) {
  group.seeds = {model.seed};
  DataOptions data = spec.data;
  data.report = data.tune = {};
  return to_toml(group) + to_toml(spec.training) + to_toml(data);
}

std::vector<Training> trainings(const JobSpec& spec, const LabelledImages& images) {
  std::vector<Training> all;
  for (const ModelOptions& group : spec.models) {
    Architecture a{group,
                   images.height,
                   images.width,
                   images.channels,
                   static_cast<int>(images.class_names.size()),
                   spec.run.convolution};
    validate(a);
    for (const SourceModel& model : members(group))
      if (model.weights.empty()) all.push_back({model, a, recipe_of(spec, group, model)});
  }
  return all;
}

bool is_trained(const Training& training, const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return false;
  const WeightsFile weights = read_weights(file);
  const auto recipe = weights.metadata.find("recipe");
  require_made_with(file, recipe == weights.metadata.end() ? "(no recipe)" : recipe->second, training.recipe);
  check_weights(training.architecture, weights.arrays, file.string());
  return true;
}

std::string losses(const TrainingProgress& at) {
  return fmt::format("losses {:.3f} + {:.3f}", at.main_loss, at.auxiliary_loss);
}

/// Trains one model and publishes it; returns what is said of it.
std::string train_and_publish(const Training& training, const Job& job, const LabelledImages& images,
                              const LabelledImages& held_out, Attempt& attempt) {
  const auto start = std::chrono::steady_clock::now();
  TrainingProgress last;
  const auto arrays = train_model(
      training.architecture, job.spec.training, images, training.model.seed, [&](const TrainingProgress& at) {
        last = at;
        attempt.advance(at.images, fmt::format("{} {} accuracy {:.1f} %", training.model.name, losses(at),
                                               100 * at.accuracy));
        if (attempt.drop_now()) throw Dropped{};
      });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const CleanAccuracy clean = clean_accuracy(training.architecture, arrays, held_out, clean_images);
  const nlohmann::json record = {{"epochs", last.epoch},
                                 {"main_loss", last.main_loss},
                                 {"auxiliary_loss", last.auxiliary_loss},
                                 {"training_accuracy", last.accuracy},
                                 {"clean_accuracy", clean.main},
                                 {"clean_turn_accuracy", clean.auxiliary},
                                 {"clean_images", clean.images}};
  WeightsFile file{arrays, {{"recipe", training.recipe}, {"record", record.dump()}}};
  for (const auto& [key, value] : environment(job.spec.run)) file.metadata[key] = value;
  write_weights(weights_file(job.dir, training.model), file);
  return fmt::format("{} {:.0f} s: {}, clean accuracy {:.1f} %, turns {:.1f} %", training.model.name, seconds,
                     losses(last), 100 * clean.main, 100 * clean.auxiliary);
}

}  // namespace

Outcome train(const Job& job, const Communicator& communicator) {
  LabelledImages images, held_out;
  std::vector<Training> all;
  std::vector<Unit> units;
  ShareOptions options;
  options.what = "train";
  options.noun = "images";
  agree(communicator, [&] {
    prepare_process(job.spec.run);
    const std::vector<SourceModel> models = source_models(job.spec);
    if (std::ranges::none_of(models, [](const SourceModel& model) { return model.weights.empty(); })) return;
    images = training_images(job.spec.data);
    held_out = test_images(job.spec.data);
    all = trainings(job.spec, images);
    for (const Training& training : all) {
      units.push_back(
          {static_cast<int64_t>(units.size()), images.count * job.spec.training.epochs, training.model.name});
      options.done.push_back(is_trained(training, weights_file(job.dir, training.model)));
    }
  });
  if (communicator.rank() == 0 && std::ranges::all_of(options.done, std::identity()))
    fmt::print("train: {} model(s) are there already\n", source_models(job.spec).size());
  return share(
      communicator, units, options,
      [&](const Unit& unit, Attempt& attempt) {
        return train_and_publish(all[unit.id], job, images, held_out, attempt);
      },
      [](const UnitReport& report) { fmt::print("train: {}\n", report.note); });
}

}  // namespace ttt
