#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/records.h"

namespace ttt {

/// A column of Records or CostTable as files name it: its axes and what it holds (CF units and long name).
struct RecordColumn {
  std::string name;
  std::vector<std::string> axes;
  std::string units;
  std::string long_name;
  bool optional = false;  // absent where the vector is empty
};

/// An axis that only optional columns have, 0 .. length - 1.
struct OptionalAxis {
  std::string_view name;
  int Records::*length;
  std::string_view long_name;
};
inline constexpr std::array optional_axes = {
    OptionalAxis{"view", &Records::view_count, "view that votes; 0: the plain image"},
    OptionalAxis{"feature", &Records::feature_count, "pooled feature"},
    OptionalAxis{"chunk", &Records::chunk_count, "chunk of a document, from its beginning"},
    OptionalAxis{"token", &Records::token_count, "token of a document, from its beginning"},
    OptionalAxis{"cell", &Records::cell_count, "height, width, then the cells of a grid row by row"}};

/// Type of the values of a column, from its member pointer.
template <typename Values, typename Owner>
Values column_of(Values Owner::*);
template <typename Member>
using ValueOf = typename decltype(column_of(std::declval<Member>()))::value_type;

/// Calls visit(RecordColumn, &Records::column) for every column but `sample`.
template <typename Visit>
void for_each_column(Visit visit) {
  using Axes = std::vector<std::string>;
  const Axes each = {"sample"};
  const Axes at_milestone = {"sample", "milestone"};
  const Axes at_step = {"sample", "step"};
  visit(RecordColumn{"predicted", at_milestone, "1", "predicted class; -1: no prediction"},
        &Records::predicted);
  visit(RecordColumn{"correct", at_milestone, "1", "1 where the prediction is the label"}, &Records::correct);
  visit(RecordColumn{"main_loss", at_milestone, "nat", "cross-entropy of the prediction with the label"},
        &Records::main_loss);
  visit(RecordColumn{"confidence", at_milestone, "1", "largest probability"}, &Records::confidence);
  visit(RecordColumn{"entropy", at_milestone, "nat", "entropy of the prediction"}, &Records::entropy);
  visit(RecordColumn{"margin", at_milestone, "1", "largest less second largest probability"},
        &Records::margin);
  visit(RecordColumn{"logits", {"sample", "milestone", "class"}, "1", "logits of the main head"},
        &Records::logits);
  visit(RecordColumn{"aux_loss", at_step, "nat", "auxiliary loss before the update, on that step's views"},
        &Records::aux_loss);
  visit(RecordColumn{"update_norm", at_step, "1", "Euclidean norm of the update of all adapted weights"},
        &Records::update_norm);
  visit(RecordColumn{"steps_taken", each, "1", "gradient steps taken"}, &Records::steps_taken);
  visit(RecordColumn{"status", each, "1", "what became of the episode"}, &Records::status);
  visit(RecordColumn{"view_logits",
                     {"sample", "view", "class"},
                     "1",
                     "logits of each view, the plain image first",
                     true},
        &Records::view_logits);
  visit(
      RecordColumn{"features", {"sample", "feature"}, "1", "pooled features under the source weights", true},
      &Records::features);
  visit(RecordColumn{"auxiliary_confidence", each, "1",
                     "probability that the rotation head gives to the upright image, source weights", true},
        &Records::auxiliary_confidence);
  visit(RecordColumn{"probe_loss", at_milestone, "nat", "auxiliary loss on fixed views of the plain image",
                     true},
        &Records::probe_loss);
  visit(RecordColumn{"grad_dot", at_step, "1",
                     "inner product of main and auxiliary gradient (uses the label)", true},
        &Records::grad_dot);
  visit(
      RecordColumn{"grad_cos", at_step, "1", "cosine of main and auxiliary gradient (uses the label)", true},
      &Records::grad_cos);
  visit(
      RecordColumn{"paid_flops", at_milestone, "1", "floating-point operations that this sample cost", true},
      &Records::paid_flops);
  const Axes at_chunk = {"sample", "milestone", "chunk"};
  visit(RecordColumn{"chunk_nats", at_chunk, "nat",
                     "negative log-likelihood of a chunk, summed over its tokens", true},
        &Records::chunk_nats);
  visit(RecordColumn{"chunk_correct", at_chunk, "1", "tokens of a chunk that were the likeliest", true},
        &Records::chunk_correct);
  visit(RecordColumn{"chunk_tokens", {"sample", "chunk"}, "1", "tokens of a chunk", true},
        &Records::chunk_tokens);
  visit(
      RecordColumn{
          "token_nats", {"sample", "milestone", "token"}, "nat", "negative log-likelihood of a token", true},
      &Records::token_nats);
  visit(RecordColumn{"cells_right", at_milestone, "1", "share of the answer's cells that are right", true},
        &Records::cells_right);
  visit(RecordColumn{"second_right", at_milestone, "1", "1 where one of the first two candidates is right",
                     true},
        &Records::second_right);
  visit(RecordColumn{"answer",
                     {"sample", "milestone", "cell"},
                     "1",
                     "predicted grid: height, width, cells row by row; -1 beyond",
                     true},
        &Records::answer);
}

/// Calls visit(RecordColumn, &CostTable::column) for every column but the milestones themselves.
template <typename Visit>
void for_each_cost(Visit visit) {
  const std::vector<std::string> axes = {"milestone"};
  visit(RecordColumn{"flops", axes, "1", "floating-point operations, 2 per multiply-add, cumulative"},
        &CostTable::flops);
  visit(RecordColumn{"forward_passes", axes, "1", "images through the network, cumulative"},
        &CostTable::forward_passes);
  visit(RecordColumn{"backward_passes", axes, "1", "images back through the network, cumulative"},
        &CostTable::backward_passes);
  visit(RecordColumn{"gradient_steps", axes, "1", "gradient steps, cumulative"}, &CostTable::gradient_steps);
  visit(RecordColumn{"views", axes, "1", "augmented views made, cumulative"}, &CostTable::views);
}

/// Length of a named axis of these records.
inline int64_t extent(const Records& records, const std::string& axis) {
  if (axis == "sample") return records.samples;
  if (axis == "milestone") return records.milestones;
  if (axis == "step") return records.steps;
  for (const OptionalAxis& optional : optional_axes)
    if (axis == optional.name) return records.*optional.length;
  return records.classes;
}

/// Values of a column that belong to one sample.
inline int64_t width(const Records& records, const RecordColumn& column) {
  int64_t values = 1;
  for (size_t axis = 1; axis < column.axes.size(); ++axis) values *= extent(records, column.axes[axis]);
  return values;
}

/// Whether these records have the column: an optional one only where it was made (keep_column()).
template <typename Member>
bool has_column(const Records& records, const RecordColumn& column, Member member) {
  return column.optional ? !(records.*member).empty() : width(records, column) > 0;
}

}  // namespace ttt
