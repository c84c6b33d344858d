#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>

#include "jobs/made_with.h"
#include "jobs/shared_stages.h"
#include "pipeline/analysis/weak_models.h"
#include "pipeline/engine/checkpoint.h"
#include "pipeline/engine/environment.h"
#include "pipeline/models/registry.h"
#include "pipeline/models/source_network.h"
#include "pipeline/plan/plan.h"
#include "pipeline/plan/provenance.h"
#include "pipeline/sharing/failure.h"
#include "pipeline/sources/source.h"
#include "schemas/durable_file.h"
#include "schemas/files/digest.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

constexpr std::chrono::seconds checkpoint_interval(60);
constexpr int64_t clean_images = 1000;  // for the accuracy kept with the weights

/// What all models are trained on, and what their clean accuracy is measured on.
struct TrainingData {
  LabelledImages images, held_out;
};

/// One model to train: its group's network and its seed.
struct ModelToTrain {
  SourceModel model;
  ResNet network;
  std::string recipe;  // TOML of what its weights depend on
};

std::string recipe_of(const JobSpec& spec, ModelOptions group, const SourceModel& model) {
  group.family.options.get<ResNetOptions>().seeds = {model.seed};
  DataOptions data = spec.data;
  data.report = data.tune = {};
  return to_toml(group) + to_toml(spec.training) + to_toml(data);
}

RunOptions in_float32(RunOptions run) {
  run.precision = Precision::float32;
  return run;
}

/// What weights depend on besides the recipe: they are trained in fp32 whatever they are evaluated in.
Fingerprint environment_of_training(const RunOptions& run) { return provenance(in_float32(run)); }

/// The form of the images.
InputForm form_of(const LabelledImages& images) {
  return {images.height, images.width, images.channels, static_cast<int>(images.class_names.size())};
}

/// The models without a file of their own. Only ResNets are trained here.
std::vector<ModelToTrain> models_to_train(const JobSpec& spec, const LabelledImages& images) {
  std::vector<ModelToTrain> all;
  for (const ModelOptions& group : spec.models) {
    const auto* options = group.family.options.get_if<ResNetOptions>();
    if (!options) continue;
    const ResNet network = resnet_of(group.name, *options, form_of(images), in_float32(spec.run));
    for (const SourceModel& model : members(group))
      if (model.weights.empty()) all.push_back({model, network, recipe_of(spec, group, model)});
  }
  return all;
}

/// What is wrong with the user's files is said before others are trained for hours, not after.
void check_given_models(const JobSpec& spec, const LabelledImages& images) {
  for (const ModelOptions& group : spec.models)
    for (const SourceModel& model : members(group)) {
      if (model.weights.empty()) continue;
      if (!is_there(model.weights))
        fail(ExitCode::data, "{}: source model {} is missing (named in model.{})", model.weights, model.name,
             group.name);
      family_of(group).network(group, form_of(images), in_float32(spec.run))->load(model.weights);
    }
}

bool is_trained(const ModelToTrain& wanted, const std::filesystem::path& file) {
  if (!is_there(file)) return false;
  const WeightsFile weights = read_weights(file);
  const auto recipe = weights.metadata.find("recipe");
  require_made_with(file, recipe == weights.metadata.end() ? "(no recipe)" : recipe->second, wanted.recipe);
  check_weights(wanted.network, weights.arrays, file.string());
  return true;
}

std::string losses(const TrainingProgress& at) {
  return fmt::format("losses {:.3f} + {:.3f}", at.main_loss, at.auxiliary_loss);
}

/// Trains to the end, from where an earlier attempt was left; every minute, and when this one is, leaves a
/// checkpoint.
void train_to_the_end(Training& training, const ModelToTrain& wanted, const std::filesystem::path& checkpoint,
                      const Fingerprint& environment, Attempt& attempt) {
  using Clock = std::chrono::steady_clock;
  Fingerprint fingerprint = environment;
  fingerprint["recipe"] = wanted.recipe;
  if (is_there(checkpoint)) {
    training.restore(read_checkpoint(checkpoint, wanted.network, fingerprint));
    attempt.resume(training.progress().images);
  }
  for (Clock::time_point saved = Clock::now(); !training.done();) {
    training.step();
    const TrainingProgress at = training.progress();
    attempt.advance(at.images,
                    fmt::format("{} {} accuracy {:.1f} %", wanted.model.name, losses(at), 100 * at.accuracy));
    const bool drop = attempt.drop_now();
    if (drop || Clock::now() - saved > checkpoint_interval) {
      write_checkpoint(checkpoint, training.state(), fingerprint);
      saved = Clock::now();
    }
    if (drop) throw Dropped{};
  }
}

/// A model that has learned nothing is said while others may still be trained.
void warn_if_at_chance(const Job& job, const ModelToTrain& wanted, const CleanAccuracy& clean) {
  const auto right = static_cast<int64_t>(std::llround(clean.main * static_cast<double>(clean.images)));
  const ModelScore score{wanted.model.name, right, clean.images};
  for (const WeakModel& weak : weak_models(std::span(&score, 1), 1.0 / wanted.network.classes))
    JobLog(job.files().log(), "train").warn(weak_model_text(weak) + " (clean images of the test part)");
}

/// Trains one model and publishes it; returns what is said of it.
std::string train_and_publish(const ModelToTrain& wanted, const Job& job, const TrainingData& data,
                              Attempt& attempt) {
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path file = weights_file(job.dir, wanted.model);
  if (is_trained(wanted, file)) return wanted.model.name + ": another job on this folder has trained it";
  const std::filesystem::path checkpoint = job.files().unfinished_model(wanted.model.name);
  const Fingerprint where = environment_of_training(job.spec.run);
  Training training(wanted.network, job.spec.training, data.images, wanted.model.seed);
  train_to_the_end(training, wanted, checkpoint, where, attempt);

  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto arrays = training.weights();
  const TrainingProgress last = training.progress();
  const CleanAccuracy clean = clean_accuracy(wanted.network, arrays, data.held_out);
  warn_if_at_chance(job, wanted, clean);
  const nlohmann::json record = {{"epochs", last.epoch},
                                 {"main_loss", last.main_loss},
                                 {"auxiliary_loss", last.auxiliary_loss},
                                 {"training_accuracy", last.accuracy},
                                 {"clean_accuracy", clean.main},
                                 {"clean_turn_accuracy", clean.auxiliary},
                                 {"clean_images", clean.images}};
  WeightsFile published{arrays, {{"recipe", wanted.recipe}, {"record", record.dump()}}};
  for (const auto& [key, value] : where) published.metadata[key] = value;
  write_weights(file, published);
  std::filesystem::remove(checkpoint);
  return fmt::format("{} {:.0f} s: {}, clean accuracy {:.1f} %, turns {:.1f} %", wanted.model.name, seconds,
                     losses(last), 100 * clean.main, 100 * clean.auxiliary);
}

}  // namespace

Outcome train(const Job& job, const Communicator& communicator, StageScope& scope) {
  TrainingData data;
  std::vector<ModelToTrain> models;
  std::vector<Unit> units;
  ShareOptions options;
  options.what = "train";
  options.noun = "images";
  options.show = [&](const StageState& state) { scope.show(state); };
  options.shuffled = scope.has_company();
  options.grace_seconds = 0;  // a checkpoint is left: nothing is lost
  agree(communicator, [&] {
    prepare_process(job.spec.run, communicator.node_rank());
    const std::vector<SourceModel> sources = source_models(job.spec);
    if (std::ranges::none_of(sources, [](const SourceModel& model) { return model.weights.empty(); })) return;
    data.images = training_images(job.spec.data);
    models = models_to_train(job.spec, data.images);
    if (communicator.rank() == 0) check_given_models(job.spec, data.images);
    for (const ModelToTrain& model : models) {
      units.push_back({static_cast<int64_t>(units.size()), data.images.count * job.spec.training.epochs,
                       model.model.name});
      options.done.push_back(is_trained(model, weights_file(job.dir, model.model)));
    }
    data.held_out = held_out_images(job.spec.data, clean_images);
    require_same_form(data.images, data.held_out, job.spec.data.path);
  });
  agree_on(communicator, environment_of_training(job.spec.run));
  if (communicator.rank() == 0 && !models.empty()) leave_spec(job);
  if (communicator.rank() == 0 && models.empty())
    fmt::print("train: every source model is given by its file\n");
  if (communicator.rank() == 0 && !models.empty() && std::ranges::all_of(options.done, std::identity()))
    fmt::print("train: {} model(s) are there already\n", models.size());
  return share(
      communicator, units, options,
      [&](const Unit& unit, Attempt& attempt) {
        return train_and_publish(models[unit.id], job, data, attempt);
      },
      [](const UnitReport& report) { fmt::print("train: {}\n", report.note); });
}

}  // namespace ttt
