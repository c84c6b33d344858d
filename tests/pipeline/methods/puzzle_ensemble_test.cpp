#include <gtest/gtest.h>

#include "pipeline/methods/puzzle_answers.h"
#include "pipeline/methods/registry.h"

namespace ttt {
namespace {

const Grid right{1, 2, {1, 2}}, wrong{1, 2, {3, 2}}, worse{1, 1, {4}};

/// One puzzle answered at two milestones.
Records answers(const Grid& first, const Grid& later) {
  Records records = empty_puzzle_records(1, 2, 0, 2);
  records.sample = {4};
  write_answer({{first, -1}}, right, 0.5, 0, 0, records);
  write_answer({{later, -1}}, right, 0.5, 0, 1, records);
  records.paid_flops = {10, 30};
  return records;
}

MethodResults ensemble(int steps, const std::vector<Records>& members) {
  Results results;
  results.sample = {4};
  for (size_t i = 0; i < members.size(); ++i) {
    results.model.push_back(fmt::format("a-{}", i + 1));
    results.model_group.push_back("a");
  }
  MethodResults from;
  from.name = "ttt";
  from.role = Role::adapt;
  from.cost = {{0, 4}, {10, 30}, {1, 5}, {0, 4}, {0, 4}, {0, 0}};
  from.records = members;
  results.methods = {from};
  Chosen kind = choose(spec_registry().methods, "puzzle_ensemble");
  for (Field& field : kind.options.fields()) {
    if (field.key == "from") *std::get<std::string*>(field.target) = "ttt";
    if (field.key == "steps") *std::get<int*>(field.target) = steps;
  }
  return kind_of({"together", kind}).derivation->derive("together", kind.options, {results, 1, {}}).at(0);
}

TEST(PuzzleEnsemble, TheMostFrequentAnswerWins) {
  const MethodResults made =
      ensemble(4, {answers(wrong, worse), answers(wrong, right), answers(wrong, right)});
  const Records& head = made.records[0];
  EXPECT_EQ(head.correct, (std::vector<uint8_t>{0, 0, 1}));  // alone, tied with the first, two of three
  EXPECT_EQ(head.second_right, (std::vector<float>{0, 1, 1}));
  EXPECT_EQ(head.cells_right, (std::vector<float>{0, 0, 1}));
  EXPECT_EQ(head.paid_flops, (std::vector<double>{30, 60, 90}));
  EXPECT_EQ(made.records[1].correct, (std::vector<uint8_t>{1, 1, 1}));
  EXPECT_EQ(made.cost.flops, (std::vector<double>{30, 60, 90}));
  const MethodResults source = ensemble(0, {answers(wrong, right), answers(wrong, right)});
  EXPECT_EQ(source.records[0].correct, (std::vector<uint8_t>{0, 0}));
  EXPECT_EQ(source.records[0].cells_right, (std::vector<float>{0.5, 0.5}));
}

TEST(PuzzleEnsemble, MembersWithoutAnAnswerHaveNoVote) {
  Records none = answers(right, right);
  none.answer.assign(none.answer.size(), -1);
  none.correct = {0, 0};
  const MethodResults made = ensemble(4, {none, answers(wrong, right)});
  EXPECT_EQ(made.records[0].correct, (std::vector<uint8_t>{0, 1}));
  EXPECT_EQ(made.records[0].answer[0], -1);
}

}  // namespace
}  // namespace ttt
