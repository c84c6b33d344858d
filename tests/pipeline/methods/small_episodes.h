#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <variant>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/tasks/registry.h"
#include "tests/pipeline/methods/small_job.h"

namespace ttt {

/// The image itself: nothing about such a view is drawn.
inline constexpr ViewOptions plain_view{.padding = 0, .flip = false};

/// What a job spec says beside the task's name.
using TaskSetting = std::pair<std::string_view, std::variant<bool, int, double>>;

/// A task with these keys of its own; the others keep their defaults.
inline Chosen chosen_task(std::string_view name, std::initializer_list<TaskSetting> settings = {}) {
  Chosen task = choose(task_alternatives(), name);
  const Fields fields = task.options.fields();
  for (const TaskSetting& setting : settings) {
    const auto field = std::ranges::find(fields, setting.first, &Field::key);
    if (field == fields.end()) fail(ExitCode::internal, "{} has no key {}", name, setting.first);
    std::visit([&](auto value) { *std::get<decltype(value)*>(field->target) = value; }, setting.second);
  }
  return task;
}

/// The tasks that need no loss of the model's own.
inline std::vector<const Task*> plain_tasks() {
  std::vector<const Task*> plain;
  for (const Task* task : tasks())
    if (!task->route) plain.push_back(task);
  return plain;
}

/// Episodes of a small network on a small set.
struct SmallEpisodes : testing::Test {
  static constexpr uint64_t seed = 9;

  ResNet architecture = small_architecture();
  std::map<std::string, Array> weights = initial_weights(architecture, 1);
  SourceNetwork source = source_network(architecture, weights);
  TestSetWithImages set = small_set();
  Samples samples = every_sample(set);

  /// Another network, with the initial weights of its own.
  void use(const ResNet& other) {
    architecture = other;
    weights = initial_weights(architecture, 1);
    source = source_network(architecture, weights);
  }

  /// The same network computed in double.
  void use_double() {
    architecture.precision = Precision::float64;
    source = source_network(architecture, weights);
  }

  /// Initial weights know little: all entropies are near the largest. With a larger last linear they spread.
  void make_predictions_surer() {
    for (float& value : weights.at("main.linear.weight").values) value *= 4;
    source = source_network(architecture, weights);
  }

  /// Normalised values plus 6 are positive, and small steps cross no kink: losses are smooth.
  void open_every_relu() {
    for (auto& [name, array] : weights)
      if (name.ends_with(".bias") && name.find("norm") != std::string::npos)
        std::ranges::fill(array.values, 6.0f);
    source = source_network(architecture, weights);
  }

  Records run(const AdaptOptions& o, const Samples& s) const {
    return evaluate_lanes({"adapt", o}, source, s, seed);
  }
  Records run(const AdaptOptions& o) const { return run(o, samples); }
};

}  // namespace ttt
