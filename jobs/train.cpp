#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <span>

#include "jobs/made_with.h"
#include "jobs/shared_stages.h"
#include "pipeline/analysis/weak_models.h"
#include "pipeline/engine/environment.h"
#include "pipeline/models/registry.h"
#include "pipeline/models/source_network.h"
#include "pipeline/plan/plan.h"
#include "pipeline/plan/provenance.h"
#include "pipeline/sharing/failure.h"
#include "pipeline/testset/prepare.h"
#include "pipeline/training/checkpoint.h"
#include "pipeline/training/registry.h"
#include "schemas/durable_file.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

constexpr std::chrono::seconds checkpoint_interval(60);

/// What weights depend on besides the recipe: they are trained in fp32 whatever they are evaluated in.
Fingerprint environment_of_training(const RunOptions& run) { return provenance(in_float32(run)); }

/// What is wrong with the user's files is said before others are trained for hours, not after.
void check_given_models(const JobSpec& spec) {
  const TestSet set = describe_test_set(spec.data).set;
  for (const ModelOptions& group : spec.models)
    for (const SourceModel& model : members(group)) {
      if (model.weights.empty()) continue;
      if (!is_there(model.weights))
        fail(ExitCode::data, "{}: source model {} is missing (named in model.{})", model.weights, model.name,
             group.name);
      family_of(group).network(group, input_form(set), in_float32(spec.run))->load(model.weights);
    }
}

/// Whether a finished training of this recipe left the file.
bool is_trained(const ModelToTrain& wanted, const std::filesystem::path& file) {
  if (!is_there(file)) return false;
  const WeightsFile weights = read_weights(file);
  const auto recipe = weights.metadata.find("recipe");
  require_made_with(file, recipe == weights.metadata.end() ? "(no recipe)" : recipe->second, wanted.recipe);
  wanted.trainer->check(file);
  return true;
}

/// Trains to the end, from where an earlier attempt was left; every minute, and when this one is, leaves a
/// checkpoint.
void train_to_the_end(Training& training, const ModelToTrain& wanted, const std::filesystem::path& checkpoint,
                      const Fingerprint& environment, Attempt& attempt) {
  using Clock = std::chrono::steady_clock;
  Fingerprint fingerprint = environment;
  fingerprint["recipe"] = wanted.recipe;
  if (is_there(checkpoint)) {
    restore_checkpoint(checkpoint, fingerprint, training);
    attempt.resume(training.seen());
  }
  for (Clock::time_point saved = Clock::now(); !training.done();) {
    training.step();
    attempt.advance(training.seen(), wanted.model.name + " " + training.losses());
    const bool drop = attempt.drop_now();
    if (drop || Clock::now() - saved > checkpoint_interval) {
      write_checkpoint(checkpoint, training.state(), fingerprint);
      saved = Clock::now();
    }
    if (drop) throw Dropped{};
  }
}

std::optional<WeakModel> weakness(const std::string& name, const TrainedModel& trained) {
  if (!trained.score->right_or_wrong) return uninformed_model(*trained.score, name, trained.value);
  const auto right = static_cast<int64_t>(std::llround(trained.value * static_cast<double>(trained.samples)));
  const ModelScore score{name, right, trained.samples};
  const std::vector<WeakModel> weak = weak_models(std::span(&score, 1), trained.chance);
  return weak.empty() ? std::nullopt : std::optional(weak.front());
}

/// A model that has learned nothing is said while others may still be trained.
void warn_if_weak(const Job& job, const std::string& name, const TrainedModel& trained) {
  if (const auto weak = weakness(name, trained))
    JobLog(job.files().log(), "train")
        .warn(weak_model_text(*weak, *trained.score) + " (clean samples of the test part)");
}

/// Trains one model and publishes it; returns what is said of it.
std::string train_and_publish(const ModelToTrain& wanted, const Job& job, Attempt& attempt) {
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path file = weights_file(job.dir, wanted.model);
  if (is_trained(wanted, file)) return wanted.model.name + ": another job on this folder has trained it";
  const std::filesystem::path checkpoint = job.files().unfinished_model(wanted.model.name);
  const Fingerprint where = environment_of_training(job.spec.run);
  const std::unique_ptr<Training> training = wanted.trainer->begin(wanted.model.seed);
  train_to_the_end(*training, wanted, checkpoint, where, attempt);

  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const TrainedModel trained = wanted.trainer->judge(*training);
  warn_if_weak(job, wanted.model.name, trained);
  WeightsFile published{training->weights(), {{"recipe", wanted.recipe}, {"record", trained.record}}};
  for (const auto& [key, value] : where) published.metadata[key] = value;
  write_weights(file, published);
  std::filesystem::remove(checkpoint);
  return fmt::format("{} {:.0f} s: {}", wanted.model.name, seconds, trained.words);
}

}  // namespace

Outcome train(const Job& job, const Communicator& communicator, StageScope& scope) {
  ModelsToTrain wanted;
  std::vector<Unit> units;
  ShareOptions options;
  options.what = "train";
  options.show = [&](const StageState& state) { scope.show(state); };
  options.shuffled = scope.has_company();
  options.grace_seconds = 0;  // a checkpoint is left: nothing is lost
  agree(communicator, [&] {
    prepare_process(job.spec.run, communicator.node_rank());
    wanted = models_to_train(job.spec);
    if (communicator.rank() == 0 && !wanted.models.empty()) check_given_models(job.spec);
    for (const ModelToTrain& model : wanted.models) {
      units.push_back({static_cast<int64_t>(units.size()), model.length, model.model.name});
      options.done.push_back(is_trained(model, weights_file(job.dir, model.model)));
    }
  });
  options.noun = wanted.noun;
  agree_on(communicator, environment_of_training(job.spec.run));
  if (communicator.rank() == 0 && !wanted.models.empty()) leave_spec(job);
  if (communicator.rank() == 0 && wanted.models.empty())
    fmt::print("train: every source model is given by its file\n");
  if (communicator.rank() == 0 && !wanted.models.empty() &&
      std::ranges::all_of(options.done, std::identity()))
    fmt::print("train: {} model(s) are there already\n", wanted.models.size());
  return share(
      communicator, units, options,
      [&](const Unit& unit, Attempt& attempt) {
        return train_and_publish(wanted.models[unit.id], job, attempt);
      },
      [](const UnitReport& report) { fmt::print("train: {}\n", report.note); });
}

}  // namespace ttt
