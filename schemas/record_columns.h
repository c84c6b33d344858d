#pragma once
#include <cstdint>
#include <string>
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
};

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
  return axis == "step" ? records.steps : records.classes;
}

/// Values of a column that belong to one sample.
inline int64_t width(const Records& records, const RecordColumn& column) {
  int64_t values = 1;
  for (size_t axis = 1; axis < column.axes.size(); ++axis) values *= extent(records, column.axes[axis]);
  return values;
}

}  // namespace ttt
