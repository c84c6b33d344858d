#include "schemas/method_options.h"

namespace ttt {

Fields fields(MethodOptions& method, const Alternatives& kinds) {
  Fields all = {choice_among("kind", method.kind, kinds)};
  for (Field& field : method.kind.options.fields()) all.push_back(std::move(field));
  return all;
}

void validate(const MethodOptions& method) {
  require_name(method.name, "=+", 128);
  method.kind.options.validate();
}

}  // namespace ttt
