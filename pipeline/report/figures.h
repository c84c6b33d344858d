#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"
#include "pipeline/report/chart.h"
#include "pipeline/report/svg.h"

namespace ttt {

/// Pictures of one section. Accuracies are in per cent, gains in points (per cent of the samples).

/// Accuracy and gain against cost, every method: the picture of the report.
Svg curve_picture(const Analysis& analysis, const Section& section);

/// Accuracy against cost, every method, on one slice: (model or "", shift or "").
Svg slice_picture(const Analysis& analysis, const Section& section, const std::string& model,
                  const std::string& shift);

/// Names and looks of the methods, for pictures that share them.
Svg legend_picture(const Analysis& analysis, const Section& section);

/// Gain of the method under test against cost, every source model and their mean.
Svg spread_picture(const Analysis& analysis, const Section& section);

/// Gain of the method under test at its last milestone, shift by shift, with each model's own.
Svg shift_gain_picture(const Analysis& analysis, const Section& section);

/// Predictions fixed and broken, shift by shift.
Svg flip_picture(const Analysis& analysis, const Section& section);

/// Auxiliary loss and main loss against steps of every method that adapts.
Svg loss_picture(const Analysis& analysis, const Section& section);

/// Gain against steps of the method under test and of its placebos.
Svg placebo_picture(const Analysis& analysis, const Section& section);

/// Reliability diagrams side by side.
Svg reliability_picture(const Analysis& analysis, const Section& section);

/// Points of a curve as accuracy (Wilson intervals) or as gain (intervals over models), against
/// forward-equivalents.
Series accuracy_series(const Analysis& analysis, const Curve& curve);
Series gain_series(const Analysis& analysis, const Curve& curve);

/// Methods with a curve to draw: all but the source model, the method under test first.
std::vector<int> drawn_methods(const Analysis& analysis);

}  // namespace ttt
