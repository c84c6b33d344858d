#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/data_options.h"
#include "schemas/test_set.h"

namespace ttt {

/// One sample to be made.
struct Item {
  int64_t base = 0;
  int32_t shift = 0;  // index into the test set's shift_names
  int severity = 0;
  Split split = Split::report;
};

/// Throws a spec Error naming `key` and the shift of the split that is not known.
void require_known(const SplitOptions& split, std::string_view key, const std::vector<std::string>& known);

/// "clean", then the shifts in the order in which the splits first name them.
std::vector<std::string> name_shifts(const DataOptions& options);

/// Base samples that both splits want together.
int64_t wanted_images(const DataOptions& options);

/// The samples to be made of these base samples, the first of which are those of the split report: by split,
/// base sample, then the clean one, then shift and severity.
std::vector<Item> items_of(const std::vector<int64_t>& bases, const DataOptions& options,
                           const std::vector<std::string>& shift_names);

/// What a test set holds, of which no sample is known yet.
TestSet begin_test_set(const DataOptions& options, const std::string& source, const std::string& generator);

}  // namespace ttt
