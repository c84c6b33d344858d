#pragma once
#include <string>
#include <string_view>
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

/// The rules charts need, with light, dark and print colours.
std::string_view chart_css();

/// The rules of the page around them.
std::string_view page_css();

}  // namespace ttt
