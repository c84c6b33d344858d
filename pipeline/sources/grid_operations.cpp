#include "pipeline/sources/grid_operations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/puzzles/view.h"

namespace ttt {
namespace {

int16_t at(const Grid& grid, int y, int x) { return grid.cells[static_cast<size_t>(y * grid.width + x)]; }
int16_t& at(Grid& grid, int y, int x) { return grid.cells[static_cast<size_t>(y * grid.width + x)]; }

template <int Symmetry>
Grid turned(const Grid& grid) {
  return viewed(grid, PuzzleView{.symmetry = Symmetry});
}

/// Everything moves by so many cells and comes back on the other side.
template <int Down, int Right>
Grid moved(const Grid& grid) {
  Grid result = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x)
      at(result, (y + Down + grid.height) % grid.height, (x + Right + grid.width) % grid.width) =
          at(grid, y, x);
  return result;
}

/// An operation towards the right, done towards another side.
enum class Side { right, left, down, up };
template <Side Towards, Grid (*Operation)(const Grid&)>
Grid towards(const Grid& grid) {
  // Views under which the side becomes the right one; turned back by undone().
  constexpr std::array symmetries = {0, 1, 4, 5};
  const PuzzleView view{.symmetry = symmetries[static_cast<size_t>(Towards)]};
  return undone(Operation(viewed(grid, view)), view);
}

/// The colours of each row fall to its right end.
Grid fall(const Grid& grid) {
  Grid result = grid;
  for (int y = 0; y < grid.height; ++y) {
    int end = grid.width;
    for (int x = grid.width - 1; x >= 0; --x)
      if (at(grid, y, x) != 0) at(result, y, --end) = at(grid, y, x);
    for (int x = 0; x < end; ++x) at(result, y, x) = 0;
  }
  return result;
}

/// The right half becomes the mirror image of the left one.
Grid mirror(const Grid& grid) {
  Grid result = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width / 2; ++x) at(result, y, grid.width - 1 - x) = at(grid, y, x);
  return result;
}

/// Each colour runs to the right until the next one.
Grid ray(const Grid& grid) {
  Grid result = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 1; x < grid.width; ++x)
      if (at(result, y, x) == 0) at(result, y, x) = at(result, y, x - 1);
  return result;
}

/// Each colour takes the empty cells beside it; of two the one on the left, then right, above, below.
Grid grow(const Grid& grid) {
  constexpr std::array<std::pair<int, int>, 4> beside = {{{0, -1}, {0, 1}, {-1, 0}, {1, 0}}};
  Grid result = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x)
      for (const auto& [down, right] : beside) {
        const int from_y = y + down, from_x = x + right;
        if (at(result, y, x) != 0 || from_y < 0 || from_y >= grid.height || from_x < 0 ||
            from_x >= grid.width)
          continue;
        at(result, y, x) = at(grid, from_y, from_x);
      }
  return result;
}

/// Only the outermost cells stay.
Grid frame(const Grid& grid) {
  Grid result = grid;
  for (int y = 1; y + 1 < grid.height; ++y)
    for (int x = 1; x + 1 < grid.width; ++x) at(result, y, x) = 0;
  return result;
}

constexpr std::array known = {GridOperation{"nothing", turned<0>},
                              GridOperation{"left and right", turned<1>},
                              GridOperation{"top and bottom", turned<2>},
                              GridOperation{"half turn", turned<3>},
                              GridOperation{"transpose", turned<4>},
                              GridOperation{"move right", moved<0, 1>},
                              GridOperation{"move down", moved<1, 0>},
                              GridOperation{"move up", moved<-1, 0>},
                              GridOperation{"fall down", towards<Side::down, fall>},
                              GridOperation{"fall right", fall},
                              GridOperation{"mirror to the right", mirror},
                              GridOperation{"ray to the right", ray},
                              GridOperation{"ray down", towards<Side::down, ray>},
                              GridOperation{"grow", grow}};

constexpr std::array unseen = {GridOperation{"quarter turn", turned<5>},
                               GridOperation{"other transpose", turned<7>},
                               GridOperation{"move left", moved<0, -1>},
                               GridOperation{"move right and down", moved<1, 1>},
                               GridOperation{"move right by two", moved<0, 2>},
                               GridOperation{"fall up", towards<Side::up, fall>},
                               GridOperation{"mirror down", towards<Side::down, mirror>},
                               GridOperation{"ray to the left", towards<Side::left, ray>},
                               GridOperation{"frame", frame}};

}  // namespace

std::span<const GridOperation> known_operations() { return known; }
std::span<const GridOperation> unseen_operations() { return unseen; }

}  // namespace ttt
