#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

#include "kernels/draw.h"
#include "pipeline/policies/policy.h"
#include "pipeline/scores/prediction.h"
#include "schemas/record_columns.h"
#include "schemas/spec_document.h"
#include "schemas/spec_reader.h"
#include "tests/schemas/scratch.h"

namespace ttt {

/// Options of a policy as a spec writes them: `rule=entropy_gate`, `threshold=0.5`.
inline PolicyOptions policy(const std::vector<std::string>& assignments) {
  const Scratch scratch;
  put_bytes(scratch / "job.toml", "");
  const SpecNode table = read_spec_document(scratch / "job.toml", assignments);
  PolicyOptions options;
  read_selections([&] { return fields(options); }, table, "method.p");
  read_fields(fields(options), table, "method.p");
  validate_at(table, "method.p", [&] { validate(options); });
  return options;
}

inline CostTable trace_cost(const std::vector<int>& milestones) {
  CostTable cost;
  for (const int steps : milestones) {
    cost.milestone.push_back(steps);
    cost.flops.push_back(100 + 64 * steps);
    cost.forward_passes.push_back(1 + 2 * steps);
    cost.backward_passes.push_back(2 * steps);
    cost.gradient_steps.push_back(steps);
    cost.views.push_back(2 * steps);
  }
  return cost;
}

inline constexpr int trace_classes = 4;

/// Numbers of one sample, drawn for a test.
inline Draw trace_draw(uint64_t seed, int64_t sample) {
  return Draw(seed, Purpose::shift, static_cast<uint64_t>(sample));
}

/// Records with drawn predictions of `label`, losses and norms; samples 0 .. 3 end in every way but well.
inline Records trace_records(const std::vector<int64_t>& label, const std::vector<int>& milestones, int steps,
                             uint64_t seed) {
  const auto samples = static_cast<int64_t>(label.size());
  Records records = empty_records(samples, static_cast<int>(milestones.size()), steps, trace_classes);
  keep_column(records, &Records::auxiliary_confidence);
  keep_column(records, &Records::probe_loss);
  for (int64_t row = 0; row < samples; ++row) {
    const Draw draw = trace_draw(seed, row);
    uint32_t next = 0;
    records.sample[row] = row;
    for (int m = 0; m < records.milestones; ++m) {
      std::vector<float> logits;
      for (int c = 0; c < trace_classes; ++c) logits.push_back(4 * draw.uniform(next++));
      logits[label[row]] += 1.5F * draw.uniform(next++);
      record_prediction(records, row, m, logits, label[row]);
      records.probe_loss[row * records.milestones + m] = draw.uniform(next++);
    }
    for (int s = 0; s < steps; ++s) {
      records.aux_loss[row * steps + s] = draw.uniform(next++);
      records.update_norm[row * steps + s] = draw.uniform(next++);
    }
    records.auxiliary_confidence[row] = draw.uniform(next++);
    records.steps_taken[row] = steps;
  }
  return records;
}

/// Makes the first four samples skipped, diverged (from milestone 1 on), a bad input and missing.
inline void end_badly(Records& records) {
  const Records nothing = empty_like(records, 4);
  for (int64_t row = 2; row < 4; ++row) copy_row(records, row, nothing, row);
  for (int64_t row = 2; row < 4; ++row) records.sample[row] = row;
  for (int m = 1; m < records.milestones; ++m) {
    records.predicted[records.milestones + m] = -1;
    records.main_loss[records.milestones + m] = std::bit_cast<float>(0x7fc00001U);  // a NaN of its own
  }
  for (int row = 0; row < 4; ++row) records.status[row] = static_cast<Status>(row + 1);
}

inline MethodResults trace_method(const Results& results, const std::string& name, Role role,
                                  const std::vector<int>& milestones, uint64_t seed) {
  const int steps = role == Role::adapt ? milestones.back() : 0;
  MethodResults method;
  method.name = name;
  method.kind = role == Role::adapt ? "adapt" : "vote";
  method.role = role;
  method.milestone_meaning = role == Role::adapt ? "gradient steps" : "views";
  method.unit = role == Role::adapt ? "steps" : "views";
  method.cost = trace_cost(milestones);
  for (size_t model = 0; model < results.model.size(); ++model)
    method.records.push_back(trace_records(results.label, milestones, steps, seed + model));
  return method;
}

/// Three models of two groups; every third sample is of the tune split. Method "ttt" adapts, "vote" does not.
inline Results traces(int samples = 90, const std::vector<int>& milestones = {0, 1, 2, 4, 8}) {
  Results results;
  results.model = {"a-1", "a-2", "b-1"};
  results.model_group = {"a", "a", "b"};
  results.forward_flops = 90;
  for (int64_t i = 0; i < samples; ++i) {
    results.sample.push_back(i);
    results.label.push_back(i % trace_classes);
    results.base.push_back(i);
    results.shift.push_back(0);
    results.severity.push_back(0);
    results.split.push_back(i % 3 == 1 ? Split::tune : Split::report);
  }
  results.methods.push_back(trace_method(results, "vote", Role::vote, {1, 2, 4}, 50));
  results.methods.push_back(trace_method(results, "ttt", Role::adapt, milestones, 10));
  for (Records& records : results.methods[1].records) end_badly(records);
  return results;
}

inline const MethodResults& ttt_of(const Results& results) { return results.methods[1]; }

/// Bytes of all columns of one prediction.
inline std::string prediction_bytes(const Records& records, int64_t row, int m) {
  std::string bytes;
  const auto add = [&](const auto& column, int64_t each) {
    const auto* first = column.data() + (row * records.milestones + m) * each;
    bytes.append(reinterpret_cast<const char*>(first), sizeof(*first) * each);
  };
  add(records.predicted, 1);
  add(records.correct, 1);
  add(records.main_loss, 1);
  add(records.confidence, 1);
  add(records.entropy, 1);
  add(records.margin, 1);
  add(records.logits, records.classes);
  return bytes;
}

inline double paid(const Records& records, int64_t row, int m) {
  return records.paid_flops[row * records.milestones + m];
}

inline bool right(const Records& records, int64_t row, int m) {
  return records.correct[row * records.milestones + m] != 0;
}

/// Every rule with options that need no fitting, and a second method where it takes one.
inline std::vector<std::vector<std::string>> every_rule() {
  return {{"rule=entropy_gate", "threshold=0.9"},
          {"rule=entropy_gate", "threshold=0.9", "adapt=below"},
          {"rule=margin_gate", "threshold=0.4"},
          {"rule=confidence_gate", "threshold=0.5"},
          {"rule=loss_gate", "threshold=0.5"},
          {"rule=loss_gate", "threshold=0.5", "loss=probe"},
          {"rule=improvement_gate", "threshold=0.1"},
          {"rule=improvement_gate", "threshold=0.1", "loss=probe"},
          {"rule=early_stop"},
          {"rule=early_stop", "loss=probe", "patience=1", "epsilon=0.1"},
          {"rule=trust_region", "radius=2"},
          {"rule=best_milestone"},
          {"rule=best_milestone", "signal=entropy", "reversed=true"},
          {"rule=trajectory_mean"},
          {"rule=flip_veto", "threshold=0.6"},
          {"rule=source_mix", "alpha=0.3"},
          {"rule=source_mix", "weights=entropy"},
          {"rule=with_vote", "with=vote"}};
}

/// Every rule that is fitted on the tune split.
inline std::vector<std::vector<std::string>> every_fitted_rule() {
  return {{"rule=entropy_gate"},     {"rule=entropy_gate", "adapt=below"},
          {"rule=margin_gate"},      {"rule=confidence_gate"},
          {"rule=loss_gate"},        {"rule=loss_gate", "loss=probe", "adapt=below"},
          {"rule=improvement_gate"}, {"rule=trust_region"},
          {"rule=flip_veto"},        {"rule=learned_gate"}};
}

inline std::string text_of(const std::vector<std::string>& assignments) {
  std::string text;
  for (const std::string& assignment : assignments) text += assignment + " ";
  return text;
}

}  // namespace ttt
