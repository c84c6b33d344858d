#pragma once
#include <string>
#include <vector>

#include "pipeline/report/scale.h"
#include "pipeline/report/style.h"
#include "pipeline/report/svg.h"

namespace ttt {

struct ChartPoint {
  double x = 0, y = 0;
  Interval bar;     // of y; undefined: no bar
  std::string tip;  // shown when the pointer rests on the marker
};

struct Series {
  std::string name;
  SeriesStyle style;
  std::vector<ChartPoint> points;
  bool band = false;        // intervals as a shaded band instead of bars
  bool background = false;  // does not stretch the y axis: it may run off the panel
};

/// A panel of curves inside a drawing. Values are in the units the axes show.
struct Panel {
  Place corner;                      // of the plot area, pixels
  double width = 300, height = 200;  // of the plot area
  std::string title, subtitle;
  std::string x_label, y_label;
  bool logarithmic_x = false;
  bool whole_x = false;          // ticks at whole numbers only
  double flops_per_x = 0;        // > 0: a second x axis in FLOPs on top
  double reference = undefined;  // a horizontal line
  std::string reference_label;
  bool label_ends = false;  // series names beside their last points
};

void draw_panel(Svg& svg, const Panel& panel, const std::vector<Series>& series);

/// Pixels that names at the ends of curves take at most; longer names are cut short there.
double end_label_width(const std::vector<Series>& series);

/// Names with their line and marker, in rows no wider than `width`; returns the height taken.
double draw_legend(Svg& svg, Place corner, double width, const std::vector<Series>& series);

}  // namespace ttt
