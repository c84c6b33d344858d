#pragma once
#include <vector>

#include "kernels/shifts/registry.h"

namespace ttt {

/// CIFAR-10-C's 15 corruptions and the 4 held out for tuning, five severities each.
std::vector<Shift> cifar10_c_shifts();

/// The built-in glyph set's test shifts and tuning shifts, one strength each.
std::vector<Shift> glyph_shifts();

}  // namespace ttt
