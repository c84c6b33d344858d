#pragma once
#include <string>

#include "schemas/files/hdf5_file.h"
#include "schemas/record_columns.h"
#include "schemas/records.h"

namespace ttt {

/// A cost table in an HDF5 group: the axis `milestone` and one array along it for each column.
void write_cost(const Hdf5Group& group, const CostTable& cost, const std::string& milestone_meaning);
CostTable read_cost(const Hdf5Group& group);

/// Whether a column of records of this shape is in the group: always, unless it is optional or has no values.
bool is_stored(const Hdf5Group& group, const Records& shape, const RecordColumn& column);

/// Refuses codes of `status` that have no meaning.
void check_status(const Hdf5Group& group, const Records& records);

}  // namespace ttt
