#pragma once
#include <span>
#include <vector>

#include "pipeline/analysis/bootstrap.h"
#include "pipeline/analysis/cells.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// What one column of predictions gains over another on the same cells. Gains are differences of values (as
/// shares where these are right or wrong), turned so that positive is better. What is made better or worse
/// is the cell in a right/wrong family (score_family.h), else the base sample, by the mean over its cells.
struct Effect {
  int64_t n = 0;                      // cells paired
  double gain = undefined;            // mean over models of the gain of each
  double pooled = undefined;          // mean over all cells
  std::vector<double> by_model;       // [models of the slice]; undefined where a model has no cell
  Interval over_models;               // t interval over by_model: what another training seed would give
  double p_models = undefined;        // t test over by_model
  double p_models_holm = undefined;   // adjusted over the shifts of a section
  Interval bootstrap;                 // clustered by base sample, these models taken as given
  int64_t better = 0, worse = 0;      // cells (wrong -> right, right -> wrong) or base samples
  double p_sign = undefined;          // sign test of these; of cells it is McNemar's
  double p_samples = undefined;       // McNemar's exact test, or a paired t test clustered by base sample
  double p_samples_holm = undefined;  // adjusted over the shifts of a section
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
