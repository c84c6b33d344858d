#pragma once
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "schemas/files/results.h"

namespace ttt {

/// Results of the given size without methods: models of one group, every base image under every shift, split
/// report.
inline Results blank_results(int models, int bases, std::vector<std::string> shifts, bool clean = false) {
  Results results;
  results.shift_names = {"clean"};
  results.class_names = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (int m = 0; m < models; ++m) {
    results.model.push_back("small-" + std::to_string(11 + m));
    results.model_group.push_back("small");
  }
  const auto add = [&](int base, int shift) {
    results.sample.push_back(static_cast<int64_t>(results.sample.size()));
    results.label.push_back(base % 10);
    results.base.push_back(base);
    results.shift.push_back(shift);
    results.severity.push_back(shift == 0 ? 0 : 5);
    results.split.push_back(Split::report);
  };
  results.forward_flops = 1'600'000;
  for (size_t s = 0; s < shifts.size(); ++s) results.shift_names.push_back(shifts[s]);
  for (int base = 0; base < bases; ++base) {
    if (clean) add(base, 0);
    for (size_t s = 0; s < shifts.size(); ++s) add(base, static_cast<int>(s) + 1);
  }
  return results;
}

inline Role role_of(const std::string& kind, const std::vector<int>& milestones) {
  if (kind == "adapt") return milestones.back() > 0 ? Role::adapt : Role::source;
  return role_named(kind);
}

/// An empty method: `milestones` and the forward-equivalents of each, one of which is 1.6 MFLOP.
inline MethodResults blank_method(const Results& results, std::string name, std::string kind,
                                  std::vector<int> milestones, const std::vector<double>& forwards) {
  MethodResults method;
  method.name = std::move(name);
  method.kind = std::move(kind);
  method.role = role_of(method.kind, milestones);
  method.unit = method.kind == "vote" ? "views" : method.kind == "ensemble" ? "members" : "steps";
  const int steps = method.kind == "adapt" ? milestones.back() : 0;
  for (size_t m = 0; m < milestones.size(); ++m) {
    method.cost.milestone.push_back(milestones[m]);
    method.cost.flops.push_back(1.6e6 * forwards[m]);
    method.cost.forward_passes.push_back(std::lround(forwards[m]));
    method.cost.backward_passes.push_back(0);
    method.cost.gradient_steps.push_back(method.kind == "adapt" ? milestones[m] : 0);
    method.cost.views.push_back(0);
  }
  const size_t samples = results.sample.size();
  const size_t cells = samples * milestones.size();
  Records records;
  records.samples = static_cast<int64_t>(samples);
  records.milestones = static_cast<int>(milestones.size());
  records.steps = steps;
  records.sample = results.sample;
  records.predicted.assign(cells, 0);
  records.correct.assign(cells, 0);
  records.main_loss.assign(cells, 1.0F);
  records.confidence.assign(cells, 0.5F);
  records.entropy.assign(cells, 1.0F);
  records.margin.assign(cells, 0.1F);
  records.aux_loss.assign(samples * steps, 1.0F);
  records.update_norm.assign(samples * steps, 0.1F);
  records.steps_taken.assign(samples, steps);
  records.status.assign(samples, Status::ok);
  method.records.assign(results.model.size(), records);
  return method;
}

/// A right or wrong prediction, with scores to match.
inline void put(Records& records, int64_t row, int milestone, bool right, double confidence = 0.5) {
  const size_t at = static_cast<size_t>(row * records.milestones + milestone);
  records.correct[at] = right ? 1 : 0;
  records.confidence[at] = static_cast<float>(confidence);
  records.main_loss[at] = static_cast<float>(-std::log(right ? confidence : (1 - confidence) / 9));
}

/// Like the built-in job: 9 shifts, votes, placebos and an ensemble, with gains that differ by shift and by
/// model. A cell is right when its difficulty lies below the skill of (model, shift, method, milestone).
class SyntheticRun {
 public:
  SyntheticRun(int models, int bases)
      : results_(blank_results(models, bases,
                               {"gaussian_noise", "impulse_noise", "defocus_blur", "motion_blur", "pixelate",
                                "fog", "brightness", "contrast", "invert"},
                               true)) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    for (int m = 0; m < models; ++m) model_skill_.push_back(0.03 * normal(random));
    for (int m = 0; m < models; ++m) model_gain_.push_back(std::max(0.1, 1 + 0.5 * normal(random)));
    for (size_t i = 0; i < results_.model.size() * results_.sample.size(); ++i)
      difficulty_.push_back(std::uniform_real_distribution<double>()(random));
  }

  Results results() {
    add("source", "adapt", {0}, {1}, {0}, 0.02);
    add("ttt_rotation", "adapt", {0, 1, 2, 4, 8}, {1, 19, 37, 73, 145}, {0, 0.5, 0.7, 0.9, 1}, 0.04);
    add("placebo_other", "adapt", {0, 1, 2, 4, 8}, {1, 19, 37, 73, 145}, {0, 0.3, 0.3, 0.35, 0.3}, 0.04);
    results_.methods.back().role = Role::placebo;
    add("placebo_labels", "adapt", {0, 1, 2, 4, 8}, {1, 19, 37, 73, 145}, {0, -0.3, -0.6, -1.1, -1.9}, 0.05);
    results_.methods.back().role = Role::placebo;
    add("vote", "vote", {1, 2, 4, 8, 16, 32, 64, 81}, {1, 2, 4, 8, 16, 32, 64, 81},
        {0, 0.05, 0.1, 0.15, 0.18, 0.2, 0.22, 0.22}, 0.03);
    results_.methods.back().note = "81 distinct views exist: fewer than the budget.";
    add("ensemble", "ensemble", {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, {0, 0.2, 0.4, 0.5, 0.55}, 0.02);
    results_.methods.back().note = "Its members cost 267 GFLOP of training each.";
    results_.spec = "[data]\nsource = \"glyphs\"\n";
    results_.provenance = {{"code", "0.1.0"}, {"libtorch", "2.11.0"}, {"device", "cpu <avx2>"}};
    return results_;
  }

 private:
  double skill(size_t model, size_t row, double progress) const {
    static const double base[] = {0.85, 0.54, 0.64, 0.47, 0.64, 0.89, 0.62, 0.48, 0.57, 0.17};
    static const double gain[] = {-0.01, 0.08, 0.08, 0.0, 0.03, -0.01, 0.02, 0.06, 0.16, 0.01};
    const int shift = results_.shift[row];
    return base[shift] + model_skill_[model] + progress * gain[shift] * model_gain_[model];
  }

  void add(const std::string& name, const std::string& kind, const std::vector<int>& milestones,
           const std::vector<double>& forwards, const std::vector<double>& progress, double noise) {
    std::mt19937 random(static_cast<unsigned>(results_.methods.size()));
    std::normal_distribution<double> normal;
    MethodResults method = blank_method(results_, name, kind, milestones, forwards);
    for (size_t model = 0; model < results_.model.size(); ++model)
      for (size_t row = 0; row < results_.sample.size(); ++row) {
        Records& records = method.records[model];
        const double own = noise * normal(random);
        for (size_t m = 0; m < milestones.size(); ++m) {
          const double difficulty =
              difficulty_[model * results_.sample.size() + row] + (progress[m] == 0 ? 0 : own);
          const double room = skill(model, row, progress[m]) - difficulty;
          put(records, static_cast<int64_t>(row), static_cast<int>(m), room > 0,
              std::clamp(0.55 + 0.5 * room + 0.02 * static_cast<double>(m), 0.12, 0.99));
        }
        for (int step = 0; step < records.steps; ++step)
          records.aux_loss[row * records.steps + step] =
              static_cast<float>(0.4 + 0.9 * std::exp(-0.4 * step) + 0.15 * normal(random));
      }
    results_.methods.push_back(std::move(method));
  }

  Results results_;
  std::vector<double> model_skill_, model_gain_, difficulty_;
};

}  // namespace ttt
