#include "schemas/view_options.h"

#include "schemas/option_fields.h"

namespace ttt {

Fields fields(ViewOptions& o) {
  return {
      {"padding", &o.padding, {0, 64}},
      {"pad", choice(o.pad, {"zero", "replicate"})},
      {"flip", &o.flip},
  };
}

void validate(const ViewOptions& options) {
  ViewOptions copy = options;
  check_fields(fields(copy));
}

}  // namespace ttt
