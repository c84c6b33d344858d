#include "pipeline/report/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "pipeline/report/palette.h"

namespace ttt {
namespace {

/// Whether `word` is one of the words, which single spaces part.
bool has(std::string_view words, std::string_view word) {
  for (size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

/// The first colour among the words.
std::string_view colour_of(std::string_view words, std::string_view otherwise) {
  for (const Colour& colour : palette)
    if (has(words, colour.name)) return colour.name;
  return otherwise;
}

double opacity_of(std::string_view words) {
  if (has(words, "thin")) return 0.45;
  return has(words, "faint") ? 0.5 : 1;
}

double width_of(std::string_view words, double usual) {
  if (has(words, "thin")) return 1;
  return has(words, "bold") ? 2.4 : usual;
}

std::string_view dashes_of(std::string_view words) {
  if (has(words, "dashed")) return "6 4";
  return has(words, "dotted") ? "2 3" : "";
}

std::string_view light(std::string_view name) {
  if (name == "none") return name;
  const auto found = std::ranges::find(palette, name, &Colour::name);
  assert(found != palette.end());
  return found->light;
}

/// What the page may colour anew.
std::string classes_of(const Look& look) {
  std::string names;
  if (look.fill != "none") names = fmt::format("fill-{}", look.fill);
  if (look.stroke != "none") names += fmt::format("{}stroke-{}", names.empty() ? "" : " ", look.stroke);
  return names;
}

std::string font_of(const TextLook& look) {
  return fmt::format(" font-size=\"{}\"{}", look.size, look.strong ? " font-weight=\"600\"" : "");
}

}  // namespace

Look line_look(std::string_view words) {
  if (has(words, "axis")) return {.stroke = "rule"};
  if (has(words, "zero")) return {.stroke = "soft", .dashes = "2 3"};
  const std::string_view colour = colour_of(words, "ink");  // "grid" is one
  if (has(words, "bar")) return {.stroke = colour, .stroke_width = 1.3, .opacity = 0.55};
  return {.stroke = colour,
          .stroke_width = width_of(words, colour == "grid" ? 1 : 1.6),
          .dashes = dashes_of(words),
          .opacity = opacity_of(words)};
}

Look area_look(std::string_view words) { return {.fill = colour_of(words, "ink"), .opacity = 0.16}; }

Look marker_look(std::string_view words) {
  const std::string_view colour = colour_of(words, "ink");
  return {.fill = has(words, "hollow") ? "paper" : colour,
          .stroke = colour,
          .stroke_width = width_of(words, 1.4),
          .opacity = opacity_of(words)};
}

Look bar_look(std::string_view words) { return {.fill = colour_of(words, "ink")}; }

TextLook text_look(std::string_view words) {
  const std::string_view colour = colour_of(words, "ink");
  if (has(words, "title")) return {.fill = colour, .size = 13, .strong = true};
  if (has(words, "label"))  // grey letters would be too faint
    return {.fill = colour == "grey" ? "soft" : colour, .size = 11, .strong = true, .rim = true};
  return {.fill = colour, .size = has(words, "small") ? 11 : 12};
}

std::string attributes(const Look& look) {
  std::string text = fmt::format(" class=\"{}\" fill=\"{}\"", classes_of(look), light(look.fill));
  if (look.stroke != "none")
    text += fmt::format(" stroke=\"{}\" stroke-width=\"{:g}\"", light(look.stroke), look.stroke_width);
  if (!look.dashes.empty()) text += fmt::format(" stroke-dasharray=\"{}\"", look.dashes);
  return text + (look.opacity < 1 ? fmt::format(" opacity=\"{:g}\"", look.opacity) : "");
}

std::string attributes(const TextLook& look) { return attributes(Look{.fill = look.fill}) + font_of(look); }

std::string rim_attributes(const TextLook& look) {
  return attributes(Look{.stroke = "paper", .stroke_width = 3}) + font_of(look);
}

}  // namespace ttt
