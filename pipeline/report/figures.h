#pragma once
#include <string>
#include <vector>

#include "pipeline/analysis/families.h"
#include "pipeline/report/figure.h"

namespace ttt {

/// Figures of one section. Values and gains are as their family of scores prints them: accuracies in per
/// cent, gains in points (per cent of the samples).

/// Value and gain against cost, the methods of the shortlist: the figure of the report.
Figure curve_figure(const Analysis& analysis, const Section& section);

/// Gain against cost of every member of the family, few in each part, beside the method under test.
Figure family_figure(const Analysis& analysis, const Section& section, const Family& family);

/// Whether the family has members that only a figure of its own draws.
bool needs_figure(const Analysis& analysis, const Family& family);

/// Value against cost, the methods of the shortlist, on every shift or under every source model.
Figure by_shift_figure(const Analysis& analysis, const Section& section);
Figure by_model_figure(const Analysis& analysis, const Section& section);

/// Gain of the method under test against cost, every source model and their mean.
Figure spread_figure(const Analysis& analysis, const Section& section);

/// Gain of the method under test at its last milestone, shift by shift, with each model's own.
Figure shift_gain_figure(const Analysis& analysis, const Section& section);

/// Cells or samples that got better and worse, shift by shift.
Figure flip_figure(const Analysis& analysis, const Section& section);

/// Auxiliary loss and main loss against steps of every method of the shortlist that adapts.
Figure loss_figure(const Analysis& analysis, const Section& section);

/// Gain against steps of the method under test and of its placebos.
Figure placebo_figure(const Analysis& analysis, const Section& section);

/// Value by position in the document, with intervals over documents.
Figure position_figure(const Analysis& analysis, const Section& section);

/// Answers of the source model and after adaptation: puzzles that it solved, and some that it lost.
Figure puzzle_figure(const Analysis& analysis, const Section& section);

/// Whether any of the section's samples has an answer to draw.
bool has_answers(const Section& section);

/// Reliability diagrams side by side.
Figure reliability_figure(const Analysis& analysis, const Section& section);

/// A figure without parts, with the name of its section in its own: "small-curve", "small-tune-curve".
/// Partial results are marked.
Figure blank_figure(const Analysis& analysis, const Section& section, std::string_view name,
                    std::string_view label);

/// Points of a curve as values (intervals over samples) or as gains (intervals over models), against
/// forward-equivalents.
Series value_series(const Analysis& analysis, const Curve& curve);
Series gain_series(const Analysis& analysis, const Curve& curve);

/// The section's figures in the page's order: those that it has the numbers for.
std::vector<Figure> figures_of(const Analysis& analysis, const Section& section);

}  // namespace ttt
