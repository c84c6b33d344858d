#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ttt {

struct Place {
  double x = 0, y = 0;  // pixels, y down
};

enum class Marker { circle, square, diamond, triangle, cross, none };
enum class Anchor { start, middle, end };

/// An SVG drawing under construction. Looks come from CSS classes (style.h), so that one drawing serves
/// light, dark and print. Coordinates have one decimal: the same figures give the same bytes.
class Svg {
 public:
  /// `label` says what the picture shows, for readers who cannot see it.
  Svg(double width, double height, std::string_view label);

  void line(Place from, Place to, std::string_view classes);
  void path(const std::vector<Place>& places, std::string_view classes);
  void area(const std::vector<Place>& places, std::string_view classes);
  /// What is drawn between these two is cut at the edges of the frame.
  void open_frame(Place corner, double width, double height);
  void close_frame();
  void rectangle(Place corner, double width, double height, std::string_view classes);
  /// `tip` is shown when the pointer rests on it.
  void marker(Place centre, Marker shape, double radius, std::string_view classes, std::string_view tip = "");
  void text(Place at, Anchor anchor, std::string_view classes, std::string_view text);
  /// Reads upwards.
  void upright_text(Place at, std::string_view classes, std::string_view text);

  /// The whole element, to stand inside HTML.
  std::string inline_text() const;
  /// A file of its own, carrying `css`.
  std::string file_text(std::string_view css) const;

 private:
  std::string head(std::string_view attributes) const;
  double width_, height_;
  std::string label_, body_;
};

}  // namespace ttt
