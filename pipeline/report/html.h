#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ttt {

/// A cell of a table: escaped text and, where it says something, a class (good, bad); before it, markup.
struct Cell {
  std::string text;
  std::string_view classes = "";
  std::string markup = "";
};

/// A table that scrolls sideways on its own when it is too wide. Rows of `groups` start with a rule.
std::string html_table(const std::vector<std::string>& header, const std::vector<std::vector<Cell>>& rows,
                       const std::vector<size_t>& groups = {}, std::string_view classes = "");

std::string html_heading(int depth, std::string_view text, std::string_view id = "");
std::string html_paragraph(std::string_view text, std::string_view classes = "");

/// Markup that the reader may unfold below its summary.
std::string html_folded(std::string_view summary, std::string_view content);

/// A picture (SVG, already markup) with its caption.
std::string html_figure(std::string_view picture, std::string_view caption);

}  // namespace ttt
