#include "schemas/alternatives.h"

#include <algorithm>

namespace ttt {

Chosen choose(const Alternatives& alternatives, std::string_view name) {
  const auto found = std::ranges::find(alternatives, name, &Alternative::name);
  if (found == alternatives.end()) fail(ExitCode::internal, "nothing registered is called {}", name);
  return {std::string(name), found->options};
}

Field choice_among(std::string_view key, Chosen& chosen, const Alternatives& alternatives) {
  Choice choice;
  for (const Alternative& alternative : alternatives) choice.names.push_back(alternative.name);
  choice.get = [&chosen, names = choice.names] {
    return static_cast<size_t>(std::ranges::find(names, chosen.name) - names.begin());
  };
  choice.set = [&chosen, alternatives](size_t index) {
    const Alternative& wanted = alternatives.at(index);
    if (chosen.name != wanted.name) chosen = {std::string(wanted.name), wanted.options};
  };
  Field field{key, std::move(choice)};
  field.selects = true;
  return field;
}

}  // namespace ttt
