#include "pipeline/sources/grid_puzzles.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "pipeline/sources/split_mix.h"

namespace ttt {
namespace {

constexpr uint64_t grid_tag = 16, rule_tag = 17;  // rules of a shift: rule_tag + its number

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> left_out = {
    {{"left and right", "move down"},
     {"transpose", "fall down"},
     {"ray to the right", "top and bottom"},
     {"move right", "move up"},
     {"fall right", "left and right"},
     {"mirror to the right", "move down"},
     {"half turn", "grow"},
     {"ray down", "move right"}}};

const GridOperation& known(std::string_view name) {
  return *std::ranges::find(known_operations(), name, &GridOperation::name);
}

const GridOperation& drawn(std::span<const GridOperation> from, SplitMix& random) {
  return from[static_cast<size_t>(random.below(std::ssize(from)))];
}

bool is_left_out(const GridOperation& first, const GridOperation& second) {
  return std::ranges::find(left_out, std::pair(first.name, second.name)) != left_out.end();
}

/// A colour other than the background.
size_t drawn_colour(SplitMix& random) {
  return static_cast<size_t>(1 + random.below(grid_puzzle_colours - 1));
}

GridRule training_rule(SplitMix& random) {
  GridRule rule;
  const GridOperation* first = &drawn(known_operations(), random);
  rule.operations = {first};
  if (random.chance(250)) {
    const GridOperation* second = first;
    while (second == first || is_left_out(*first, *second)) second = &drawn(known_operations(), random);
    rule.operations.push_back(second);
  }
  if (!random.chance(400)) return rule;
  const size_t a = drawn_colour(random);
  size_t b = a;
  while (b == a) b = drawn_colour(random);
  std::swap(rule.colour[a], rule.colour[b]);
  return rule;
}

GridRule unseen_operation(SplitMix& random) { return {{&drawn(unseen_operations(), random)}}; }

GridRule composition(SplitMix& random) {
  const auto& pair = left_out[static_cast<size_t>(random.below(std::ssize(left_out)))];
  return {{&known(pair.first), &known(pair.second)}};
}

GridRule new_composition(SplitMix& random) {
  const GridOperation& first = drawn(unseen_operations(), random);
  return {{&first, &drawn(known_operations(), random)}};
}

GridRule colour_cycle(SplitMix& random) {
  GridRule rule{{&drawn(known_operations(), random)}};
  std::array<size_t, grid_puzzle_colours - 1> order{};
  for (size_t i = 0; i < order.size(); ++i) order[i] = i + 1;
  for (size_t i = order.size() - 1; i > 0; --i)
    std::swap(order[i], order[static_cast<size_t>(random.below(static_cast<int64_t>(i) + 1))]);
  for (size_t i = 0; i < order.size(); ++i)
    rule.colour[order[i]] = static_cast<int16_t>(order[(i + 1) % order.size()]);
  return rule;
}

GridRule background(SplitMix& random) {
  GridRule rule{{&drawn(known_operations(), random)}};
  std::swap(rule.colour[0], rule.colour[drawn_colour(random)]);
  return rule;
}

struct Shift {
  std::string_view name;
  GridRule (*rule)(SplitMix& random);
};
constexpr std::array shifts = {Shift{"clean", training_rule},     Shift{"unseen_operation", unseen_operation},
                               Shift{"composition", composition}, Shift{"colour_cycle", colour_cycle},
                               Shift{"background", background},   Shift{"new_composition", new_composition}};

Grid drawn_grid(int side, SplitMix& random) {
  const int64_t few = 2 + random.below(3), share = 150 + random.below(401);  // colours, permille of cells
  std::vector<int16_t> palette;
  for (int64_t i = 0; i < few; ++i) palette.push_back(static_cast<int16_t>(drawn_colour(random)));
  Grid grid{side, side, std::vector<int16_t>(static_cast<size_t>(side * side))};
  for (int16_t& cell : grid.cells)
    if (random.chance(share)) cell = random.pick(palette);
  // A few cells at least, so that there is something to see.
  for (int64_t i = std::ranges::count_if(grid.cells, [](int16_t c) { return c != 0; });
       i < std::min<int64_t>(3, std::ssize(grid.cells)); ++i)
    grid.cells[static_cast<size_t>(random.below(std::ssize(grid.cells)))] = random.pick(palette);
  return grid;
}

bool changes(const GridRule& rule, const std::vector<Grid>& grids) {
  return std::ranges::any_of(grids, [&](const Grid& grid) { return rule.apply(grid) != grid; });
}

/// Rules are drawn until one changes a grid; under "clean" also one that changes none is a rule.
GridRule drawn_rule(uint64_t seed, int64_t index, std::string_view shift, const std::vector<Grid>& grids) {
  const auto found = std::ranges::find(shifts, shift, &Shift::name);
  SplitMix random(seed, rule_tag + static_cast<uint64_t>(found - shifts.begin()),
                  static_cast<uint64_t>(index));
  GridRule rule = found->rule(random);
  while (found != shifts.begin() && !changes(rule, grids)) rule = found->rule(random);
  return rule;
}

std::vector<Grid> drawn_grids(uint64_t seed, int64_t index, int side, int count) {
  SplitMix random(seed, grid_tag, static_cast<uint64_t>(index));
  std::vector<Grid> grids;
  for (int i = 0; i < count; ++i) grids.push_back(drawn_grid(side, random));
  return grids;
}

class GridPuzzles final : public TokenSet {
 public:
  GridPuzzles(uint64_t seed, int side, int demonstrations)
      : TokenSet({.vocabulary = puzzle_vocabulary,
                  .longest = most_tokens(demonstrations + 1, int64_t{side} * side),
                  .score = "exact_match",
                  .source = "puzzles on grids",
                  .generator = "ttt-eval puzzles, version 1",
                  .puzzles = PuzzleForm{side, grid_puzzle_colours, demonstrations + 1}}),
        seed_(seed),
        side_(side),
        demonstrations_(demonstrations) {}

  int64_t size() const override { return std::numeric_limits<int32_t>::max(); }
  std::vector<std::string> shift_names() const override { return grid_puzzle_shifts(); }
  int severities() const override { return 1; }
  bool in_random_order() const override { return true; }
  Sequence sequence(int64_t index, const std::string& shift, int) const override {
    return {tokens_of(draw_grid_puzzle(seed_, index, shift, side_, demonstrations_)), 0, 0};
  }

 private:
  uint64_t seed_;
  int side_, demonstrations_;
};

}  // namespace

Grid GridRule::apply(const Grid& grid) const {
  Grid result = grid;
  for (const GridOperation* operation : operations) result = operation->apply(result);
  for (int16_t& cell : result.cells) cell = colour[static_cast<size_t>(cell)];
  return result;
}

const std::vector<std::string>& grid_puzzle_shifts() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Shift& shift : shifts)
      if (shift.name != "clean") all.emplace_back(shift.name);
    return all;
  }();
  return names;
}

Puzzle draw_grid_puzzle(uint64_t seed, int64_t index, const std::string& shift, int side,
                        int demonstrations) {
  const std::vector<Grid> grids = drawn_grids(seed, index, side, demonstrations + 1);
  const GridRule rule = drawn_rule(seed, index, shift, grids);
  Puzzle puzzle;
  for (const Grid& grid : grids) puzzle.demonstrations.push_back({grid, rule.apply(grid)});
  puzzle.query = puzzle.demonstrations.back();
  puzzle.demonstrations.pop_back();
  return puzzle;
}

std::unique_ptr<TokenSet> open_grid_puzzles(const DataOptions& options, DataPart part) {
  const uint64_t seed = 2 * options.seed + (part == DataPart::training ? 0 : 1);
  return std::make_unique<GridPuzzles>(seed, options.grid_side, options.demonstrations);
}

}  // namespace ttt
