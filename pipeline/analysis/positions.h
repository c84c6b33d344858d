#pragma once
#include <optional>
#include <vector>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// What to draw of a section by position: the source model, the method under test at its best milestone, the
/// best rival of other roles (a memory, a vote, ...) and the first placebo, of those that keep chunks. Best
/// on the samples where the section's choices are made. Empty for a family of scores without chunks.
std::vector<PositionCurve> position_curves(const Results& results, const Analysis& analysis,
                                           const Section& section);

/// Values of the chunks of documents, one after the other: bits per byte of each, with the document's bytes
/// a token. Documents that are shorter count nowhere; a chunk that fewer than two base documents have is
/// left out.
std::vector<PositionPoint> values_by_position(const Results& results, const Column& column,
                                              const Slice& slice, double confidence);

}  // namespace ttt
