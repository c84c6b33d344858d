#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ttt {

/// The name that was probably meant: fewest typing slips away (a character missing, added, replaced, or two
/// neighbours swapped), if that is at most a third of its length. The first of equals.
std::optional<std::string> closest_name(std::string_view written, const std::vector<std::string_view>& names);

/// `; did you mean "NAME"?`, or "" when nothing is close.
std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& names);

}  // namespace ttt
