#pragma once
#include <span>
#include <vector>

#include "pipeline/analysis/bootstrap.h"
#include "pipeline/analysis/cells.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// What one column of predictions gains over another on the same cells. Gains are differences of accuracy, as
/// shares.
struct Effect {
  int64_t n = 0;                      // cells paired
  double gain = undefined;            // mean over models of the gain of each
  std::vector<double> by_model;       // [models of the slice]; undefined where a model has no cell
  Interval over_models;               // t interval over by_model: what another training seed would give
  double p_models = undefined;        // t test over by_model
  double p_models_holm = undefined;   // adjusted over the shifts of a section
  Interval bootstrap;                 // clustered by base image, these models taken as given
  int64_t fixed = 0, broken = 0;      // wrong -> right, right -> wrong
  double p_mcnemar = undefined;       // exact; takes these models as given and cells as independent
  double p_mcnemar_holm = undefined;  // adjusted over the shifts of a section
};

/// `of` compared with `over`.
struct Pairing {
  Column of, over;
};

/// One effect a pairing, over the cells of the slice where both have a prediction to judge.
std::vector<Effect> effects(const Results& results, const Slice& slice, std::span<const Pairing> pairings,
                            const BootstrapOptions& options);

/// Holm-adjusts both p-values over effects that are tested together (each shift is one hypothesis).
void adjust_together(std::span<Effect* const> family);

}  // namespace ttt
