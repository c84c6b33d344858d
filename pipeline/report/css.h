#pragma once
#include <string>

namespace ttt {

/// The rules of the whole page. Pictures carry light colours of their own; the rules `.fill-NAME` and
/// `.stroke-NAME` put over them the palette's colour for light, dark or print.
std::string page_css();

}  // namespace ttt
