#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/report/chart.h"
#include "pipeline/report/svg.h"

namespace ttt {

/// What the page shows in one frame and a file holds as one picture: parts in rows, under a common legend.
struct Figure {
  std::string name;            // of its files, without folder and ending
  std::string label;           // says what it shows
  std::string mark;            // a warning above everything else; "": none
  std::vector<Series> legend;  // names and looks; the points are not read
  std::vector<Svg> parts;      // all parts of a column have one width, and all of a row one height
  size_t columns = 1;
};

/// The figure as one picture.
Svg whole_picture(const Figure& figure);

/// The figure as HTML: on a narrow screen the parts stand below each other, at a size that can be read.
std::string figure_html(const Figure& figure, std::string_view caption);

}  // namespace ttt
