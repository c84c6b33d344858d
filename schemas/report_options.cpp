#include "schemas/report_options.h"

#include "schemas/option_fields.h"

namespace ttt {

Fields fields(ReportOptions& o) {
  return {
      {"title", &o.title},
      {"method", &o.method},
      {"confidence", &o.confidence, {0, 1, Ends::none}},
      {"bootstrap", &o.bootstrap, {1, 1'000'000}},
      {"seed", &o.seed, seed_range},
  };
}

void validate(const ReportOptions& options) {
  ReportOptions copy = options;
  check_fields(fields(copy));
}

}  // namespace ttt
