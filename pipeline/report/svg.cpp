#include "pipeline/report/svg.h"

#include <fmt/format.h>

#include "pipeline/report/look.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

// Fonts that most systems have come first: not every program knows "system-ui".
constexpr std::string_view fonts = "Helvetica, Arial, 'DejaVu Sans', sans-serif";

std::string joined(const std::vector<Place>& places) {
  std::string text;
  for (const Place& place : places)
    text += fmt::format("{}{:.1f} {:.1f}", text.empty() ? "M" : "L", place.x, place.y);
  return text;
}

std::string_view anchor_name(Anchor anchor) {
  if (anchor == Anchor::start) return "start";
  return anchor == Anchor::middle ? "middle" : "end";
}

/// A closed or open outline of half-width r about the centre.
std::string outline(Place c, Marker shape, double r) {
  switch (shape) {
    case Marker::square:
      r *= 0.9;
      return joined({{c.x - r, c.y - r}, {c.x + r, c.y - r}, {c.x + r, c.y + r}, {c.x - r, c.y + r}}) + "Z";
    case Marker::diamond:
      r *= 1.25;
      return joined({{c.x, c.y - r}, {c.x + r, c.y}, {c.x, c.y + r}, {c.x - r, c.y}}) + "Z";
    case Marker::triangle:
      r *= 1.15;
      return joined({{c.x, c.y - r}, {c.x + r, c.y + 0.8 * r}, {c.x - r, c.y + 0.8 * r}}) + "Z";
    default:
      return joined({{c.x - r, c.y - r}, {c.x + r, c.y + r}}) +
             joined({{c.x - r, c.y + r}, {c.x + r, c.y - r}});
  }
}

std::string text_element(std::string_view place, Anchor anchor, std::string_view look,
                         std::string_view text) {
  return fmt::format("<text {} text-anchor=\"{}\"{}>{}</text>\n", place, anchor_name(anchor), look,
                     escape(text));
}

/// The rim is a text of its own below the letters: few programs know the attribute paint-order.
std::string words_at(std::string_view place, Anchor anchor, const TextLook& look, std::string_view text) {
  const std::string rim = look.rim ? text_element(place, anchor, rim_attributes(look), text) : "";
  return rim + text_element(place, anchor, attributes(look), text);
}

}  // namespace

Svg::Svg(double width, double height, std::string_view label)
    : width_(width), height_(height), label_(label) {}

void Svg::line(Place from, Place to, std::string_view words) { path({from, to}, words); }

void Svg::path(const std::vector<Place>& places, std::string_view words) {
  if (places.size() > 1)
    body_ += fmt::format("<path d=\"{}\"{}/>\n", joined(places), attributes(line_look(words)));
}

void Svg::area(const std::vector<Place>& places, std::string_view words) {
  if (places.size() > 2)
    body_ += fmt::format("<path d=\"{}Z\"{}/>\n", joined(places), attributes(area_look(words)));
}

void Svg::open_frame(Place corner, double width, double height) {
  body_ += fmt::format(
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" viewBox=\"{0:.1f} {1:.1f} "
      "{2:.1f} {3:.1f}\">\n",
      corner.x, corner.y, width, height);
}

void Svg::close_frame() { body_ += "</svg>\n"; }

void Svg::rectangle(Place corner, double width, double height, std::string_view words) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"{}/>\n", corner.x,
                       corner.y, width, height, attributes(bar_look(words)));
}

void Svg::swatch(Place corner, double width, double height, std::string_view colour) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
                       corner.x, corner.y, width, height, colour);
}

void Svg::marker(Place centre, Marker shape, double radius, std::string_view words, std::string_view tip) {
  if (shape == Marker::none) return;
  const std::string title = tip.empty() ? "" : fmt::format("<title>{}</title>", escape(tip));
  const std::string look = attributes(marker_look(words));
  if (shape == Marker::circle)
    body_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"{}>{}</circle>\n", centre.x,
                         centre.y, radius, look, title);
  else
    body_ += fmt::format("<path d=\"{}\"{}>{}</path>\n", outline(centre, shape, radius), look, title);
}

void Svg::text(Place at, Anchor anchor, std::string_view words, std::string_view text) {
  body_ += words_at(fmt::format("x=\"{:.1f}\" y=\"{:.1f}\"", at.x, at.y), anchor, text_look(words), text);
}

void Svg::upright_text(Place at, std::string_view words, std::string_view text) {
  body_ += words_at(fmt::format("transform=\"translate({:.1f} {:.1f}) rotate(-90)\"", at.x, at.y),
                    Anchor::middle, text_look(words), text);
}

void Svg::picture(Place corner, const Svg& drawing) {
  body_ +=
      fmt::format("<g transform=\"translate({:.1f} {:.1f})\">\n{}</g>\n", corner.x, corner.y, drawing.body_);
}

std::string Svg::head(std::string_view attributes) const {
  return fmt::format(
      "<svg {}class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
      "font-family=\"{}\" "
      "stroke-linejoin=\"round\" stroke-linecap=\"round\" role=\"img\" aria-label=\"{}\">\n",
      attributes, width_, height_, width_, height_, fonts, escape(label_));
}

std::string Svg::inline_text() const { return head("") + body_ + "</svg>\n"; }

std::string Svg::file_text() const {
  return head("xmlns=\"http://www.w3.org/2000/svg\" ") +
         fmt::format("<rect width=\"{:.0f}\" height=\"{:.0f}\" fill=\"#ffffff\"/>\n", width_, height_) +
         body_ + "</svg>\n";
}

}  // namespace ttt
