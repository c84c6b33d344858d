#pragma once
#include <filesystem>
#include <string>

namespace ttt {

/// Throws a data Error naming the first differing line unless `product` was made with exactly these options,
/// given what is recorded of it (TOML): stages never mix two specs.
void require_made_with(const std::filesystem::path& product, const std::string& recorded,
                       const std::string& options);

}  // namespace ttt
