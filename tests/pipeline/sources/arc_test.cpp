#include "pipeline/sources/arc.h"

#include <gtest/gtest.h>

#include "pipeline/puzzles/puzzle.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

const std::string two_questions = R"({"train": [{"input": [[1, 2]], "output": [[2], [1]]}],
  "test": [{"input": [[3, 4]], "output": [[4], [3]]}, {"input": [[5, 6]], "output": [[6], [5]]}]})";
const std::string large = R"({"train": [{"input": [[0, 0, 0, 0, 0, 0]], "output": [[1]]}],
  "test": [{"input": [[1]], "output": [[1]]}]})";

DataOptions with_tasks(const Scratch& scratch,
                       const std::vector<std::pair<std::string, std::string>>& files) {
  for (const auto& [name, text] : files) {
    std::filesystem::create_directories((scratch / name).parent_path());
    publish(scratch / name, text);
  }
  DataOptions options;
  options.source = DataSource::arc;
  options.path = scratch.path().string();
  return options;
}

std::string refusal(const std::string& task) {
  const Scratch scratch;
  const DataOptions options = with_tasks(scratch, {{"evaluation/a.json", task}});
  try {
    open_arc(options, DataPart::test);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    const std::string text = error.what();
    EXPECT_NE(text.find("a.json: "), std::string::npos) << text;
    return text.substr(text.find("a.json: ") + 8);
  }
  return "";
}

TEST(Arc, EveryQuestionIsASampleAndTasksAreTheirBases) {
  const Scratch scratch;
  const DataOptions options = with_tasks(scratch, {{"evaluation/b.json", two_questions},
                                                   {"evaluation/a.json", large},
                                                   {"evaluation/c.json", two_questions},
                                                   {"training/t.json", two_questions}});
  const auto set = open_arc(options, DataPart::test);
  ASSERT_EQ(set->size(), 4);
  EXPECT_EQ(set->left_out(), "1 of 3 tasks have larger grids than data.grid_side and are left out");
  EXPECT_EQ(set->base(0, "clean"), set->base(1, "clean"));
  EXPECT_NE(set->base(1, "clean"), set->base(2, "clean"));
  const Puzzle puzzle = puzzle_of(set->sequence(1, "clean", 0).tokens, "");
  EXPECT_EQ(puzzle.demonstrations.size(), 1u);
  EXPECT_EQ(puzzle.query.in, (Grid{1, 2, {5, 6}}));
  EXPECT_EQ(puzzle.query.out, (Grid{2, 1, {6, 5}}));
  EXPECT_EQ(set->form().puzzles, (PuzzleForm{5, 10, 2}));
  EXPECT_EQ(open_arc(options, DataPart::training)->size(), 2);
}

TEST(Arc, BadTasksAreRefusedByName) {
  EXPECT_EQ(refusal("{"), "is no JSON (an ARC task is expected)");
  EXPECT_EQ(refusal("{}"), "has no pairs of grids under the key \"train\" (an ARC task has one at least)");
  EXPECT_EQ(refusal(R"({"train": [], "test": []})"),
            "has no pairs of grids under the key \"train\" (an ARC task has one at least)");
  EXPECT_EQ(refusal(R"({"train": [{"input": [[1]], "output": [[1]]}], "test": []})"),
            "has no pairs of grids under the key \"test\" (an ARC task has one at least)");
  EXPECT_EQ(refusal(R"({"train": [{"input": [[1]]}], "test": []})"),
            "train[0].output is missing (rows of colours)");
  EXPECT_EQ(refusal(R"({"train": [{"input": [[1, 2], [3]], "output": [[1]]}], "test": []})"),
            "train[0].input has rows of 2 and of 1 cells (all alike)");
  EXPECT_EQ(refusal(R"({"train": [{"input": [[10]], "output": [[1]]}], "test": []})"),
            "train[0].input has the cell 10 (colours are 0 to 9)");
  EXPECT_EQ(refusal(R"({"train": [{"input": [["a"]], "output": [[1]]}], "test": []})"),
            "train[0].input has the cell \"a\" (colours are 0 to 9)");
  EXPECT_EQ(refusal(R"({"train": [{"input": [[]], "output": [[1]]}], "test": []})"),
            "train[0].input has a row without colours");
  std::string row = "0", rows;
  for (int i = 1; i < 31; ++i) row += ", 0";
  for (int i = 0; i < 31; ++i) rows += (i ? ", [" : "[") + row + "]";
  EXPECT_EQ(refusal(R"({"train": [{"input": [)" + rows + R"(], "output": [[1]]}], "test": []})"),
            "train[0].input is 31 x 31 (at most 30 x 30)");
}

TEST(Arc, WithoutTasksThatFitThereIsNone) {
  const Scratch scratch;
  const DataOptions options = with_tasks(scratch, {{"evaluation/a.json", large}});
  EXPECT_THROW(open_arc(options, DataPart::test), Error);
  EXPECT_THROW(open_arc(options, DataPart::training), Error);
}

}  // namespace
}  // namespace ttt
