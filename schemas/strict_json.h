#pragma once
#include <string>
#include <string_view>

namespace ttt {

/// What is wrong with a JSON text from elsewhere, as words that follow its name: it is no JSON, an object
/// holds a key twice, or lists and objects lie in each other more than `levels` deep. "" when nothing is.
/// Takes time in proportion to the text, and memory in proportion to the keys of one object.
std::string problem_of_json(std::string_view text, size_t levels);

}  // namespace ttt
