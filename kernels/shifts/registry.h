#pragma once
#include <span>
#include <string>
#include <vector>

#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

/// A named way of shifting an image. Severity 1-5 picks a row of the shift's own table of physical
/// parameters; the built-in set's shifts (quickstart-science) have one row, which every severity means.
struct Shift {
  std::string name;         // as written in specs and stored in testset.h5
  std::string description;  // one line for people
  Image (*apply)(const Image& image, int severity, const Draw& draw);  // pure; values clipped to [0, 1]
};

/// All shifts, CIFAR-10-C's 15, its 4 held out, the glyph set's own; in a fixed order.
std::span<const Shift> all_shifts();

/// The shift of that name, or nullptr.
const Shift* find_shift(const std::string& name);

}  // namespace ttt
