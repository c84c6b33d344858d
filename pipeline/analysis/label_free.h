#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/analysis/slices.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// A polynomial of degree 2, fitted by least squares in the orthogonal basis of Forsythe (J. SIAM, 1957).
class Quadratic {
 public:
  /// Nothing where fewer than four points are given or fewer than three x are distinct.
  static std::optional<Quadratic> fit(std::span<const double> x, std::span<const double> y);
  double at(double x) const;

 private:
  double centre_ = 0, second_centre_ = 0, second_norm_ = 0;  // p1 = x - a, p2 = (x - b) p1 - c
  std::array<double, 3> weight_ = {};
};

/// One source model on one shift: its accuracy, and what is guessed of it without a label.
struct LabelFreeCell {
  std::string model, shift;
  int64_t n = 0;
  double accuracy = undefined;    // of the source model, as labels have it
  double flips = undefined;       // mean over samples: confidence before, where adaptation changed the class
  double by_flips = undefined;    // the quadratic of the split tune, at `flips`
  double confidence = undefined;  // mean of the source predictions: what the model says of itself
};

/// How far a guess is from the accuracy, over the cells of the split report.
struct LabelFreeError {
  std::string guess;
  double mean = undefined;  // absolute, as a share
};

/// The accuracy of source models, estimated from how often entropy minimisation (or any adaptation) changes
/// a prediction (Press et al., The Entropy Enigma, ICML 2024): the relation of weighted flips and accuracy
/// is fitted on the models and shifts of the split tune, and judged on those of the split report.
struct LabelFree {
  size_t fitted_on = 0;  // cells of the split tune
  std::vector<LabelFreeCell> cells;
  std::vector<LabelFreeError> errors;  // by flips, by confidence, by the mean accuracy on the split tune
};

/// Nothing where the split tune has too few cells to fit. Milestone 0 of `method` must be the source model's
/// prediction. Reads labels of the split tune to fit and those of the split report to judge.
std::optional<LabelFree> label_free_accuracy(const Results& results, const MethodResults& method,
                                             const std::string& group);

}  // namespace ttt
