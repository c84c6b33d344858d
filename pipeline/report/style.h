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

/// [methods] The method under test is blue and solid, placebos are grey and dashed, others take colours in
/// turn.
std::vector<SeriesStyle> method_styles(const std::vector<MethodFacts>& methods);

}  // namespace ttt
