#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipeline/report/figures.h"

namespace ttt {
namespace {

/// The colours in which ARC shows its grids (Chollet, 2019), 0 to 9.
constexpr std::array<std::string_view, 10> colours = {"#000000", "#0074d9", "#ff4136", "#2ecc40", "#ffdc00",
                                                      "#aaaaaa", "#f012be", "#ff851b", "#7fdbff", "#870c25"};
constexpr std::string_view unknown_colour = "#ffffff";

constexpr double side = 132;  // pixels of the longer side of a grid
constexpr Place first_grid = {8, 52}, second_grid = {176, 52};
constexpr size_t most_fixed = 6, most_broken = 3;

std::string_view colour_of(int16_t cell) {
  return cell >= 0 && cell < static_cast<int16_t>(colours.size()) ? colours[cell] : unknown_colour;
}

void draw_grid(Svg& svg, Place corner, const Grid& grid) {
  const double cell = side / std::max(grid.height, grid.width);
  const double line = cell > 6 ? 1 : 0;  // of paper between cells
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x)
      svg.swatch({corner.x + x * cell, corner.y + y * cell}, cell - line, cell - line,
                 colour_of(grid.cells[y * grid.width + x]));
}

void draw_answer(Svg& svg, Place corner, std::string_view of, std::string_view outcome,
                 const std::optional<Grid>& grid) {
  svg.text({corner.x, corner.y - 8}, Anchor::start, "small soft", fmt::format("{}: {}", of, outcome));
  if (grid)
    draw_grid(svg, corner, *grid);
  else
    svg.text({corner.x, corner.y + 20}, Anchor::start, "small soft", "no answer");
}

Svg puzzle_part(const SampleStory& story, bool solved) {
  Svg svg(320, 200, fmt::format("Answers to sample {} before and after adaptation", story.sample));
  svg.text({first_grid.x, 18}, Anchor::start, "title", fmt::format("sample {}", story.sample));
  svg.text({first_grid.x + 130, 18}, Anchor::start, "small soft", story.shift);
  draw_answer(svg, first_grid, "source", solved ? "wrong" : "right", story.answer_before);
  draw_answer(svg, second_grid, "adapted", solved ? "right" : "wrong", story.answer_after);
  return svg;
}

void add_parts(Figure& figure, const std::vector<SampleStory>& stories, bool solved, size_t most) {
  const size_t end = figure.parts.size() + most;
  for (const SampleStory& story : stories)
    if ((story.answer_before || story.answer_after) && figure.parts.size() < end)
      figure.parts.push_back(puzzle_part(story, solved));
}

}  // namespace

Figure puzzle_figure(const Analysis& analysis, const Section& section) {
  Figure figure =
      blank_figure(analysis, section, "puzzles", "Answers to puzzles before and after adaptation");
  figure.columns = 3;
  add_parts(figure, section.stories.better, true, most_fixed);
  add_parts(figure, section.stories.worse, false, most_broken);
  return figure;
}

bool has_answers(const Section& section) {
  const auto answered = [](const SampleStory& story) { return story.answer_before || story.answer_after; };
  return std::ranges::any_of(section.stories.better, answered) ||
         std::ranges::any_of(section.stories.worse, answered);
}

}  // namespace ttt
