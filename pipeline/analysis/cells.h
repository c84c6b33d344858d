#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/scores/score_family.h"
#include "schemas/files/results.h"

namespace ttt {

/// Whether any figure is made of this column of the records (record_columns.h): the others need not be read.
bool is_analysed(std::string_view column);

/// The cells (model, sample) a figure speaks of, as indices into Results::model and Results::sample.
struct Slice {
  std::vector<int> models;
  std::vector<int64_t> rows;
};

/// One column of predictions: a method at one of its milestones.
struct Column {
  const MethodResults* method = nullptr;
  int milestone = 0;  // index into the method's cost table
};

/// Whether the cell has a prediction that is right or wrong. A diverged episode has one (it is wrong); a bad
/// input, and a row that a partial aggregation did not find, have none.
bool usable(const Column& column, int model, int64_t row);

/// Whether the prediction is right.
bool right(const Column& column, int model, int64_t row);

/// The values of cells as the family of scores of some results has them, which must outlive it.
class CellScores {
 public:
  /// Throws a data Error for a family that is not known.
  explicit CellScores(const Results& results);

  const ScoreFamily& family() const { return *family_; }

  /// The cell as its family reads it.
  ScoredCell cell(const Column& column, int model, int64_t row) const;

  /// Value of the cell. NaN where there is nothing to judge: of a right/wrong family where the cell is not
  /// usable(), of others where its value is not finite, whatever its status.
  double value(const Column& column, int model, int64_t row) const;

 private:
  const Results* results_;
  const ScoreFamily* family_;
};

/// The same of one column under one model, for loops over its rows.
class ColumnScores {
 public:
  ColumnScores(const CellScores& scores, const Column& column, int model);

  double value(int64_t row) const {
    if (!correct_) return scores_->value(column_, model_, row);
    const bool judged = status_[row] != Status::bad_input && status_[row] != Status::missing;
    return judged ? (correct_[row * stride_] != 0 ? 1.0 : 0.0) : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const CellScores* scores_;
  Column column_;
  int model_;
  const Status* status_;
  const uint8_t* correct_ = nullptr;  // of a right/wrong family
  int64_t stride_;
};

/// A score of the cell, e.g. value(column, &Records::main_loss, model, row).
double value(const Column& column, std::vector<float> Records::*scores, int model, int64_t row);

/// No prediction although nothing is said to be wrong: the unit was missing (aggregate --partial).
bool missing(const MethodResults& method, int model, int64_t row);

/// Throws a data Error when arrays of `results` disagree in shape.
void check_shapes(const Results& results);

}  // namespace ttt
