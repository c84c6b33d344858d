#include "pipeline/report/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/text.h"

namespace ttt {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format(" {}=\"{}\"", name, escape(value));
}

std::string table_row(const std::vector<Cell>& cells, std::string_view classes) {
  std::string row = fmt::format("<tr{}>", attribute("class", classes));
  for (const Cell& cell : cells)
    row += fmt::format("<td{}>{}{}</td>", attribute("class", cell.classes), cell.markup, escape(cell.text));
  return row + "</tr>\n";
}

}  // namespace

std::string html_table(const std::vector<std::string>& header, const std::vector<std::vector<Cell>>& rows,
                       const std::vector<size_t>& groups, std::string_view classes) {
  std::string table = fmt::format("<div class=\"scroll\"><table{}>\n", attribute("class", classes));
  if (!header.empty()) {
    table += "<thead><tr>";
    for (const std::string& name : header) table += fmt::format("<th scope=\"col\">{}</th>", escape(name));
    table += "</tr></thead>\n";
  }
  table += "<tbody>\n";
  for (size_t i = 0; i < rows.size(); ++i)
    table += table_row(rows[i], std::ranges::find(groups, i) != groups.end() ? "first" : "");
  return table + "</tbody></table></div>\n";
}

std::string html_heading(int depth, std::string_view text, std::string_view id) {
  return fmt::format("<h{0}{1}>{2}</h{0}>\n", depth, attribute("id", id), escape(text));
}

std::string html_paragraph(std::string_view text, std::string_view classes) {
  return fmt::format("<p{}>{}</p>\n", attribute("class", classes), escape(text));
}

std::string html_folded(std::string_view summary, std::string_view content) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", escape(summary), content);
}

std::string html_figure(std::string_view picture, std::string_view caption) {
  return fmt::format("<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n", picture, escape(caption));
}

}  // namespace ttt
