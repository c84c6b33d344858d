#include "pipeline/report/style.h"

#include <array>
#include <string>

namespace ttt {
namespace {

constexpr int colours = 6;  // c1 .. c6 below; c0 is the method under test

SeriesStyle placebo_style(int count) {
  constexpr std::array<Marker, 2> markers = {Marker::cross, Marker::triangle};
  return {count % 2 == 0 ? "grey dashed" : "grey dotted", markers[count % 2]};
}

SeriesStyle rival_style(int count) {
  constexpr std::array<Marker, 3> markers = {Marker::square, Marker::diamond, Marker::triangle};
  const std::string dash = count < colours ? "" : " dashed";
  return {"c" + std::to_string(1 + count % colours) + dash, markers[count % markers.size()]};
}

}  // namespace

std::vector<SeriesStyle> method_styles(const std::vector<MethodFacts>& methods) {
  std::vector<SeriesStyle> styles;
  int placebos = 0;
  int rivals = 0;
  for (const MethodFacts& method : methods) {
    if (method.role == Role::tested)
      styles.push_back({"c0 bold", Marker::circle});
    else if (method.role == Role::source)
      styles.push_back({"ink", Marker::diamond});
    else
      styles.push_back(method.role == Role::placebo ? placebo_style(placebos++) : rival_style(rivals++));
  }
  return styles;
}

}  // namespace ttt
