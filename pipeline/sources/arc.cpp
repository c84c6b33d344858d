#include "pipeline/sources/arc.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "pipeline/puzzles/puzzle.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// One task file; messages name it and the place in it.
class Task {
 public:
  explicit Task(const fs::path& file)
      : file_(file.string()), whole_(json::parse(read_file(file), nullptr, false)) {
    if (whole_.is_discarded()) fail(ExitCode::data, "{}: is no JSON (an ARC task is expected)", file_);
  }

  std::vector<PuzzlePair> pairs(const std::string& key) const {
    if (!whole_.is_object() || !whole_.contains(key) || !whole_[key].is_array() || whole_[key].empty())
      fail(ExitCode::data, "{}: has no pairs of grids under the key \"{}\" (an ARC task has one at least)",
           file_, key);
    std::vector<PuzzlePair> pairs;
    for (size_t i = 0; i < whole_[key].size(); ++i) {
      const std::string where = fmt::format("{}[{}]", key, i);
      pairs.push_back({grid(whole_[key][i], where, "input"), grid(whole_[key][i], where, "output")});
    }
    return pairs;
  }

 private:
  Grid grid(const json& pair, const std::string& of, const char* key) const {
    const std::string where = fmt::format("{}.{}", of, key);
    if (!pair.is_object() || !pair.contains(key) || !pair[key].is_array() || pair[key].empty())
      fail(ExitCode::data, "{}: {} is missing (rows of colours)", file_, where);
    const json& rows = pair[key];
    Grid grid{static_cast<int>(rows.size()), 0, {}};
    for (const json& row : rows) {
      if (!row.is_array() || row.empty())
        fail(ExitCode::data, "{}: {} has a row without colours", file_, where);
      if (grid.width == 0) grid.width = static_cast<int>(row.size());
      if (static_cast<int>(row.size()) != grid.width)
        fail(ExitCode::data, "{}: {} has rows of {} and of {} cells (all alike)", file_, where, grid.width,
             row.size());
      for (const json& cell : row) {
        if (!cell.is_number_integer() || cell.get<int64_t>() < 0 || cell.get<int64_t>() >= puzzle_colours)
          fail(ExitCode::data, "{}: {} has the cell {} (colours are 0 to {})", file_, where, cell.dump(),
               puzzle_colours - 1);
        grid.cells.push_back(static_cast<int16_t>(cell.get<int>()));
      }
    }
    if (std::max(grid.height, grid.width) > puzzle_side)
      fail(ExitCode::data, "{}: {} is {} x {} (at most {} x {})", file_, where, grid.height, grid.width,
           puzzle_side, puzzle_side);
    return grid;
  }

  std::string file_;
  json whole_;
};

struct Puzzles {
  std::vector<std::vector<int32_t>> tokens;
  std::vector<int64_t> task;  // of each
  int64_t left_out = 0, tasks = 0;
  int pairs = 2;  // at most
};

bool fits(const std::vector<PuzzlePair>& pairs, int side) {
  return std::ranges::all_of(pairs, [&](const PuzzlePair& pair) {
    return std::max({pair.in.height, pair.in.width, pair.out.height, pair.out.width}) <= side;
  });
}

Puzzles read_tasks(const fs::path& folder, int side) {
  if (!fs::is_directory(folder))
    fail(ExitCode::data, "{}: no such folder (data.path holds training/ and evaluation/ with ARC tasks)",
         folder.string());
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  Puzzles puzzles;
  for (const fs::path& file : files) {
    const Task task(file);
    const std::vector<PuzzlePair> shown = task.pairs("train"), asked = task.pairs("test");
    const int64_t number = puzzles.tasks++;
    if (!fits(shown, side) || !fits(asked, side)) {
      ++puzzles.left_out;
      continue;
    }
    puzzles.pairs = std::max(puzzles.pairs, static_cast<int>(shown.size()) + 1);
    for (const PuzzlePair& query : asked) {
      puzzles.tokens.push_back(tokens_of({shown, query}));
      puzzles.task.push_back(number);
    }
  }
  if (puzzles.tokens.empty())
    fail(ExitCode::data, "{}: none of {} tasks has grids of at most {} x {} cells (data.grid_side)",
         folder.string(), puzzles.tasks, side, side);
  return puzzles;
}

int64_t longest(const Puzzles& puzzles) {
  size_t most = 0;
  for (const std::vector<int32_t>& tokens : puzzles.tokens) most = std::max(most, tokens.size());
  return static_cast<int64_t>(most);
}

class Arc final : public TokenSet {
 public:
  Arc(Puzzles puzzles, int side)
      : TokenSet({.vocabulary = puzzle_vocabulary,
                  .longest = longest(puzzles),
                  .score = "exact_match",
                  .source = "ARC-AGI",
                  .generator = "none",
                  .puzzles = PuzzleForm{side, puzzle_colours, puzzles.pairs}}),
        puzzles_(std::move(puzzles)) {}

  int64_t size() const override { return std::ssize(puzzles_.tokens); }
  std::vector<std::string> shift_names() const override { return {}; }
  int severities() const override { return 0; }
  Sequence sequence(int64_t index, const std::string&, int) const override {
    return {puzzles_.tokens[static_cast<size_t>(index)], 0, 0};
  }
  int64_t base(int64_t index, const std::string&) const override {
    return puzzles_.task[static_cast<size_t>(index)];
  }
  std::string left_out() const override {
    if (puzzles_.left_out == 0) return "";
    return fmt::format("{} of {} tasks have larger grids than data.grid_side and are left out",
                       puzzles_.left_out, puzzles_.tasks);
  }

 private:
  Puzzles puzzles_;
};

}  // namespace

std::unique_ptr<TokenSet> open_arc(const DataOptions& options, DataPart part) {
  const fs::path folder = fs::path(options.path) / (part == DataPart::training ? "training" : "evaluation");
  return std::make_unique<Arc>(read_tasks(folder, options.grid_side), options.grid_side);
}

}  // namespace ttt
