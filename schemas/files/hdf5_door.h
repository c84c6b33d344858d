#pragma once
// The one place where hdf5.h enters; only hdf5_*.cpp include this.
#include <hdf5.h>
#include <hdf5_hl.h>

#include <string>
#include <utility>
#include <vector>

#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"

namespace ttt {

/// An axis of a file being written.
struct Hdf5Axis {
  std::string group, name;
  hsize_t length;
};

enum class Hdf5Mode { read, write };

struct Hdf5FileState {
  std::string name;
  Hdf5Mode mode;
  Hdf5Id id;
  std::vector<Hdf5Axis> axes;

  hsize_t length(const std::string& group, const std::string& axis_name) const {
    for (const Hdf5Axis& axis : axes) {
      if (axis.group == group && axis.name == axis_name) return axis.length;
    }
    fail(ExitCode::internal, "{}: {}{} is not an axis", name, group, axis_name);
  }
};

/// The innermost cause on HDF5's error stack; of a failed system call what the system said.
std::string hdf5_cause();

/// The result of an HDF5 call about `where` (file and object), or an Error.
template <typename Result>
Result checked(Result result, const Hdf5FileState& file, const std::string& where, const char* action) {
  if (result < 0) {
    fail(file.mode == Hdf5Mode::write ? ExitCode::io : ExitCode::data, "{}: {}: cannot be {} ({})", file.name,
         where, action, hdf5_cause());
  }
  return result;
}

/// A new property list, data space or type, which fails only without memory.
Hdf5Id made(hid_t id);

/// A creation property list; object times are off on every one, else no two files would be the same.
Hdf5Id creation_list(hid_t kind);

hid_t stored_type(Number number);
Hdf5Id text_type();

/// Writes an attribute; `where` is the path of `object`.
void write_attribute(const Hdf5FileState& file, hid_t object, const std::string& where,
                     const std::string& name, hid_t type, hid_t space, const void* value);

}  // namespace ttt
