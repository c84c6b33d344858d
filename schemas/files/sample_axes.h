#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/files/hdf5_file.h"
#include "schemas/test_set.h"

namespace ttt {

/// The axis `sample`: indices into the test set.
void write_sample_axis(const Hdf5Group& group, const std::vector<int64_t>& sample);

/// What is known of every sample, along that axis, with CF flags for shift and split.
void write_sample_coordinates(const Hdf5Group& group, const std::vector<int64_t>& label,
                              const std::vector<int64_t>& base, const std::vector<int32_t>& shift,
                              const std::vector<int32_t>& severity, const std::vector<Split>& split,
                              const std::vector<std::string>& shift_names);

/// The names behind the codes of `shift`: its flag_meanings.
std::vector<std::string> read_shift_names(const Hdf5Group& group);

}  // namespace ttt
