#pragma once
#include <string>

namespace ttt {

/// The rules charts need, with light, dark and print colours.
std::string chart_css();

/// The rules of the whole page, charts included.
std::string page_css();

}  // namespace ttt
