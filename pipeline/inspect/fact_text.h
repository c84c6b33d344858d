#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "schemas/fingerprint.h"
#include "schemas/records.h"

namespace ttt {

/// "3 ok, 1 diverged": how many of each there are, none left out that occurs.
std::string status_counts(std::span<const Status> statuses);

/// "[16, 3, 3, 3]".
std::string shape_text(std::span<const int64_t> shape);

/// A line a key: "device = Xeon". Values of several lines are indented below their key.
std::string fingerprint_text(const Fingerprint& fingerprint);

/// "1, 2, 4, 8".
std::string numbers_text(std::span<const int32_t> numbers);

}  // namespace ttt
