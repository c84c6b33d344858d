#include "pipeline/report/svg.h"

#include <fmt/format.h>

#include "pipeline/report/text.h"

namespace ttt {
namespace {

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

}  // namespace

Svg::Svg(double width, double height, std::string_view label)
    : width_(width), height_(height), label_(label) {}

void Svg::line(Place from, Place to, std::string_view classes) { path({from, to}, classes); }

void Svg::path(const std::vector<Place>& places, std::string_view classes) {
  if (places.size() > 1)
    body_ += fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", classes, joined(places));
}

void Svg::area(const std::vector<Place>& places, std::string_view classes) {
  if (places.size() > 2)
    body_ += fmt::format("<path class=\"area {}\" d=\"{}Z\"/>\n", classes, joined(places));
}

void Svg::open_frame(Place corner, double width, double height) {
  body_ += fmt::format(
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" viewBox=\"{0:.1f} {1:.1f} "
      "{2:.1f} {3:.1f}\">\n",
      corner.x, corner.y, width, height);
}

void Svg::close_frame() { body_ += "</svg>\n"; }

void Svg::rectangle(Place corner, double width, double height, std::string_view classes) {
  body_ += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
                       classes, corner.x, corner.y, width, height);
}

void Svg::marker(Place centre, Marker shape, double radius, std::string_view classes, std::string_view tip) {
  if (shape == Marker::none) return;
  const std::string title = tip.empty() ? "" : fmt::format("<title>{}</title>", escape(tip));
  if (shape == Marker::circle)
    body_ += fmt::format("<circle class=\"mark {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\">{}</circle>\n",
                         classes, centre.x, centre.y, radius, title);
  else
    body_ += fmt::format("<path class=\"mark {}\" d=\"{}\">{}</path>\n", classes,
                         outline(centre, shape, radius), title);
}

void Svg::text(Place at, Anchor anchor, std::string_view classes, std::string_view text) {
  body_ += fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", classes,
                       at.x, at.y, anchor_name(anchor), escape(text));
}

void Svg::upright_text(Place at, std::string_view classes, std::string_view text) {
  body_ += fmt::format(
      "<text class=\"{0}\" transform=\"translate({1:.1f} {2:.1f}) rotate(-90)\" "
      "text-anchor=\"middle\">{3}</text>\n",
      classes, at.x, at.y, escape(text));
}

std::string Svg::head(std::string_view attributes) const {
  return fmt::format(
      "<svg {}class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
      "role=\"img\" aria-label=\"{}\">\n",
      attributes, width_, height_, width_, height_, escape(label_));
}

std::string Svg::inline_text() const { return head("") + body_ + "</svg>\n"; }

std::string Svg::file_text(std::string_view css) const {
  return head("xmlns=\"http://www.w3.org/2000/svg\" ") + fmt::format("<style>\n{}</style>\n", css) +
         "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n" + body_ + "</svg>\n";
}

}  // namespace ttt
