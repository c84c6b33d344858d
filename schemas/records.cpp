#include "schemas/records.h"

#include <limits>
#include <type_traits>

#include "schemas/record_columns.h"

namespace ttt {

Records empty_records(int64_t samples, int milestones, int steps, int classes) {
  Records records;
  records.samples = samples;
  records.milestones = milestones;
  records.steps = steps;
  records.classes = classes;
  for_each_column([&](const RecordColumn& column, auto member) {
    using Value = ValueOf<decltype(member)>;
    const Value nothing = std::is_floating_point_v<Value> ? std::numeric_limits<Value>::quiet_NaN() : Value{};
    (records.*member).assign(samples * width(records, column), nothing);
  });
  records.sample.assign(samples, -1);
  records.predicted.assign(records.predicted.size(), -1);
  return records;
}

}  // namespace ttt
