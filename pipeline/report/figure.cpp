#include "pipeline/report/figure.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/html.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

constexpr double gap = 8;  // pixels between parts
constexpr double mark_height = 22;
constexpr Place legend_corner = {8, 14};

/// Parts of the first row: they set the widths of the columns.
size_t first_row(const Figure& figure) { return std::min(figure.columns, figure.parts.size()); }

double width_of(const Figure& figure) {
  double width = 0;
  for (size_t i = 0; i < first_row(figure); ++i) width += figure.parts[i].width() + (i > 0 ? gap : 0);
  return width;
}

double height_of_parts(const Figure& figure) {
  double height = 0;
  for (size_t i = 0; i < figure.parts.size(); i += figure.columns)
    height += figure.parts[i].height() + (i > 0 ? gap : 0);
  return height;
}

double legend_height(const Figure& figure, double width) {
  if (figure.legend.empty()) return 0;
  Svg trial(width, 1, "");
  return draw_legend(trial, legend_corner, width - 2 * legend_corner.x, figure.legend) + legend_corner.y;
}

void draw_parts(Svg& svg, const Figure& figure, double top) {
  Place corner = {0, top};
  for (size_t i = 0; i < figure.parts.size(); ++i) {
    svg.picture(corner, figure.parts[i]);
    corner.x += figure.parts[i].width() + gap;
    if ((i + 1) % figure.columns == 0) corner = {0, corner.y + figure.parts[i].height() + gap};
  }
}

std::string legend_html(const std::vector<Series>& legend) {
  std::string text = "<div class=\"legend\">";
  for (const Series& one : legend) {
    Svg swatch(28, 12, "");
    swatch.line({0, 6}, {28, 6}, one.style.classes);
    swatch.marker({14, 6}, one.style.marker, 3.2, one.style.classes);
    text += fmt::format("<span>{} {}</span>\n", swatch.inline_text(), escape(one.name));
  }
  return text + "</div>\n";
}

std::string parts_html(const Figure& figure) {
  std::string columns;
  for (size_t i = 0; i < first_row(figure); ++i)
    columns += fmt::format("{}minmax(0, {:.0f}fr)", i > 0 ? " " : "", figure.parts[i].width());
  std::string text = figure.parts.size() > figure.columns
                         ? "<div class=\"multiples\">\n"
                         : fmt::format("<div class=\"row\" style=\"--columns: {}\">\n", columns);
  if (figure.parts.size() == 1) text = "<div class=\"scroll wide\">\n";
  for (const Svg& part : figure.parts) text += part.inline_text();
  return text + "</div>\n";
}

}  // namespace

Svg whole_picture(const Figure& figure) {
  const double width = width_of(figure);
  const double above = figure.mark.empty() ? 0 : mark_height;
  const double legend = legend_height(figure, width);
  Svg svg(width, above + legend + height_of_parts(figure), figure.label);
  if (!figure.mark.empty()) svg.text({legend_corner.x, 17}, Anchor::start, "title bad", figure.mark);
  draw_legend(svg, {legend_corner.x, above + legend_corner.y}, width - 2 * legend_corner.x, figure.legend);
  draw_parts(svg, figure, above + legend);
  return svg;
}

std::string figure_html(const Figure& figure, std::string_view caption) {
  std::string text;
  if (!figure.mark.empty()) text += html_paragraph(figure.mark, "mark");
  if (!figure.legend.empty()) text += legend_html(figure.legend);
  return html_figure(text + parts_html(figure), caption);
}

}  // namespace ttt
