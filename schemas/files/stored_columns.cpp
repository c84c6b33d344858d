#include "schemas/files/stored_columns.h"

#include <fmt/format.h>

#include "schemas/record_columns.h"

namespace ttt {

void write_cost(const Hdf5Group& group, const CostTable& cost, const std::string& milestone_meaning) {
  group.write_axis("milestone", cost.milestone,
                   {{"units", "1"}, {"long_name", milestone_meaning + " at which a prediction is recorded"}});
  for_each_cost([&](const RecordColumn& column, auto member) {
    group.write(column.name, column.axes, cost.*member,
                {{"units", column.units}, {"long_name", column.long_name}});
  });
}

CostTable read_cost(const Hdf5Group& group) {
  CostTable cost;
  const std::vector<int64_t> shape = group.shape("milestone");
  cost.milestone = group.read<int32_t>("milestone", shape);
  for_each_cost([&](const RecordColumn& column, auto member) {
    cost.*member = group.read<ValueOf<decltype(member)>>(column.name, shape);
  });
  return cost;
}

bool is_stored(const Hdf5Group& group, const Records& shape, const RecordColumn& column) {
  return width(shape, column) > 0 && (!column.optional || group.has(column.name));
}

void check_status(const Hdf5Group& group, const Records& records) {
  for (const Status status : records.status) {
    if (status > Status::missing) {
      group.refuse("status",
                   fmt::format("holds the code {}, which has no meaning", static_cast<int>(status)));
    }
  }
}

}  // namespace ttt
