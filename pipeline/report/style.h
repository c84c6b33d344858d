#pragma once
#include <string>
#include <vector>

#include "pipeline/analysis/analysis.h"
#include "pipeline/report/svg.h"

namespace ttt {

/// How a method looks in every picture. Colour is never the only difference: shape and dash differ too.
struct SeriesStyle {
  std::string classes;  // CSS classes: colour and dash
  Marker marker = Marker::circle;
};

/// [methods] The method under test is blue and solid and placebos are grey and dashed. Others take colours in
/// turn: first those of the shortlist, so that they differ from each other, then the rest family by family,
/// so that those of a family differ.
std::vector<SeriesStyle> method_styles(const Analysis& analysis);

}  // namespace ttt
