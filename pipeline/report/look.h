#pragma once
#include <string>
#include <string_view>

namespace ttt {

/// How a shape is painted. Colours are names of the palette, or "none".
struct Look {
  std::string_view fill = "none", stroke = "none";
  double stroke_width = 1;       // pixels
  std::string_view dashes = "";  // pixels on and off; "": no dashes
  double opacity = 1;
};

/// What words such as "c0 bold dashed" mean for a line, the area between two lines, a marker or a bar.
Look line_look(std::string_view words);
Look area_look(std::string_view words);
Look marker_look(std::string_view words);
Look bar_look(std::string_view words);

/// How a text is set: "small soft", "title", "label c0".
struct TextLook {
  std::string_view fill = "ink";
  int size = 12;  // pixels
  bool strong = false;
  bool rim = false;  // in the colour of the paper, so that the text can be read across lines
};
TextLook text_look(std::string_view words);

/// Presentation attributes with the light colours, which every program understands, and classes `fill-NAME`
/// and `stroke-NAME` by which the page's style sheet puts its own colours over them (css.h). Starts with a
/// space.
std::string attributes(const Look& look);
std::string attributes(const TextLook& look);

/// The same for the rim of a text, to be drawn below it.
std::string rim_attributes(const TextLook& look);

}  // namespace ttt
