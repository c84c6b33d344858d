#include "kernels/shifts/plasma.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace ttt {
namespace {

/// A square grid whose borders meet.
class Torus {
 public:
  Torus(int side, const Draw& draw) : side_(side), draw_(draw), cells_(static_cast<size_t>(side) * side) {}

  double& at(int y, int x) { return cells_[index(y, x)]; }

  void fill(int y, int x, double sum_of_four, double amplitude) {
    at(y, x) = sum_of_four / 4 + draw_.uniform(index(y, x), -amplitude, amplitude);
  }

  std::vector<double> scaled() const {
    const auto [low, high] = std::minmax_element(cells_.begin(), cells_.end());
    std::vector<double> result;
    for (double cell : cells_) result.push_back((cell - *low) / (*high - *low));
    return result;
  }

 private:
  uint32_t index(int y, int x) const {
    const int mask = side_ - 1;
    return static_cast<uint32_t>((y & mask) * side_ + (x & mask));
  }

  int side_;
  const Draw& draw_;
  std::vector<double> cells_;
};

/// Centres of the squares `step` wide, from their corners.
void fill_squares(Torus& map, int side, int step, double amplitude) {
  const int half = step / 2;
  for (int y = 0; y < side; y += step)
    for (int x = 0; x < side; x += step)
      map.fill(y + half, x + half,
               map.at(y, x) + map.at(y, x + step) + map.at(y + step, x) + map.at(y + step, x + step),
               amplitude);
}

/// Middles of their sides, from the two ends and the two centres beside.
void fill_diamonds(Torus& map, int side, int step, double amplitude) {
  const int half = step / 2;
  for (int y = 0; y < side; y += step)
    for (int x = 0; x < side; x += step) {
      const double corner_and_centre = map.at(y, x) + map.at(y + half, x + half);
      map.fill(y, x + half, corner_and_centre + map.at(y, x + step) + map.at(y - half, x + half), amplitude);
      map.fill(y + half, x, corner_and_centre + map.at(y + step, x) + map.at(y + half, x - half), amplitude);
    }
}

}  // namespace

std::vector<double> plasma(int side, double decay, const Draw& draw) {
  assert(side >= 2 && (side & (side - 1)) == 0 && decay > 0);
  Torus map(side, draw);
  double amplitude = 1;
  for (int step = side; step >= 2; step /= 2) {
    fill_squares(map, side, step, amplitude);
    fill_diamonds(map, side, step, amplitude);
    amplitude /= decay * decay;
  }
  return map.scaled();
}

}  // namespace ttt
