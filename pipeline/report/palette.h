#pragma once
#include <array>
#include <string_view>

namespace ttt {

/// A colour of the report by its name, as #rrggbb on light and on dark paper.
struct Colour {
  std::string_view name, light, dark;
};

/// Distinct under the common colour-vision deficiencies; curves and words have 3:1 or better against their
/// paper. c0 is the method under test, c1 to c6 are its rivals.
inline constexpr std::array palette = {
    Colour{"paper", "#ffffff", "#15181c"}, Colour{"ink", "#1b1f24", "#e6e9ed"},
    Colour{"soft", "#57606a", "#9aa4af"},  Colour{"rule", "#c9d0d8", "#3b424b"},
    Colour{"grid", "#e9ecf0", "#262b31"},  Colour{"tint", "#f5f7f9", "#1c2026"},
    Colour{"c0", "#0a62ad", "#63b3f5"},    Colour{"c1", "#d3541a", "#ff8a52"},
    Colour{"c2", "#0b8a66", "#3ecfa0"},    Colour{"c3", "#a8439a", "#e48fd6"},
    Colour{"c4", "#a87900", "#e3b341"},    Colour{"c5", "#3a94c9", "#86cdf0"},
    Colour{"c6", "#6f57b8", "#b39dfa"},    Colour{"grey", "#858d97", "#8b949e"},
    Colour{"good", "#0b7a4b", "#4cc38a"},  Colour{"bad", "#b3261e", "#ff8f87"},
    Colour{"care", "#8a5a00", "#e3b341"}};

}  // namespace ttt
