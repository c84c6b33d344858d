#include "schemas/model_options.h"

#include "schemas/option_fields.h"

namespace ttt {

void validate(const ModelOptions& options) {
  require_name(options.name, "", 64);
  options.family.options.validate();
}

}  // namespace ttt
