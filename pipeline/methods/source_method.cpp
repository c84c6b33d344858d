#include "pipeline/methods/source_method.h"

#include <algorithm>

#include "schemas/closest_name.h"
#include "schemas/spec_reader.h"
#include "schemas/toml_text.h"

namespace ttt {

const MethodOptions& source_method(const JobSpec& spec, const MethodOptions& reader, const char* key,
                                   const std::string& named,
                                   const std::function<bool(const MethodOptions&)>& fits,
                                   const std::string& what) {
  const std::string path = join_path("method", reader.name) + "." + key;
  if (named.empty()) {
    const auto first = std::ranges::find_if(spec.methods, fits);
    if (first == spec.methods.end())
      throw OptionError(path, fmt::format("no method of this spec is {} (add one)", what));
    return *first;
  }
  std::vector<std::string_view> names;
  for (const MethodOptions& method : spec.methods) names.push_back(method.name);
  const auto found = std::ranges::find(spec.methods, named, &MethodOptions::name);
  if (found == spec.methods.end())
    throw OptionError(
        path, fmt::format("{} is no method of this spec{}", toml_string(named), did_you_mean(named, names)));
  if (!fits(*found))
    throw OptionError(path, fmt::format("{} does not fit (name {})", toml_string(named), what));
  return *found;
}

}  // namespace ttt
