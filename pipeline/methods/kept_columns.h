#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ttt {

/// Throws an OptionError of `keep` unless every name is one of the optional columns in `allowed`, once.
void require_kept(const std::vector<std::string>& keep, std::initializer_list<std::string_view> allowed);

/// Whether the spec asked for an optional column.
bool keeps(const std::vector<std::string>& keep, std::string_view column);

}  // namespace ttt
