#include "kernels/shifts/registry.h"

#include <algorithm>

#include "kernels/shifts/tables.h"

namespace ttt {

std::span<const Shift> all_shifts() {
  static const std::vector<Shift> shifts = [] {
    std::vector<Shift> all = cifar10_c_shifts();
    const std::vector<Shift> glyphs = glyph_shifts();
    all.insert(all.end(), glyphs.begin(), glyphs.end());
    return all;
  }();
  return shifts;
}

const Shift* find_shift(const std::string& name) {
  const std::span<const Shift> shifts = all_shifts();
  const auto found =
      std::find_if(shifts.begin(), shifts.end(), [&](const Shift& s) { return s.name == name; });
  return found == shifts.end() ? nullptr : &*found;
}

}  // namespace ttt
