#pragma once
#include <string>

#include "schemas/files/hdf5_file.h"
#include "schemas/records.h"

namespace ttt {

/// A cost table in an HDF5 group: the axis `milestone` and one array along it for each column.
void write_cost(const Hdf5Group& group, const CostTable& cost, const std::string& milestone_meaning);
CostTable read_cost(const Hdf5Group& group);

/// Refuses codes of `status` that have no meaning.
void check_status(const Hdf5Group& group, const Records& records);

}  // namespace ttt
