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

/// An SVG drawing under construction. `words` say how a shape looks (look.h): "c0 bold". Every shape carries
/// its own presentation attributes, so that a picture looks the same in every program that shows SVG.
/// Coordinates have one decimal: the same figures give the same bytes.
class Svg {
 public:
  /// `label` says what the picture shows, for readers who cannot see it.
  Svg(double width, double height, std::string_view label);

  void line(Place from, Place to, std::string_view words);
  void path(const std::vector<Place>& places, std::string_view words);
  void area(const std::vector<Place>& places, std::string_view words);
  /// What is drawn between these two is cut at the edges of the frame.
  void open_frame(Place corner, double width, double height);
  void close_frame();
  void rectangle(Place corner, double width, double height, std::string_view words);
  /// A rectangle in a colour of its own, "#rrggbb", whatever the paper.
  void swatch(Place corner, double width, double height, std::string_view colour);
  /// `tip` is shown when the pointer rests on it.
  void marker(Place centre, Marker shape, double radius, std::string_view words, std::string_view tip = "");
  void text(Place at, Anchor anchor, std::string_view words, std::string_view text);
  /// Reads upwards.
  void upright_text(Place at, std::string_view words, std::string_view text);
  /// Another drawing, with its upper left corner here.
  void picture(Place corner, const Svg& drawing);

  double width() const { return width_; }
  double height() const { return height_; }

  /// The whole element, to stand inside HTML, where a style sheet may put other colours over these (css.h).
  std::string inline_text() const;
  /// A file of its own, on white.
  std::string file_text() const;

 private:
  std::string head(std::string_view attributes) const;
  double width_, height_;
  std::string label_, body_;
};

}  // namespace ttt
