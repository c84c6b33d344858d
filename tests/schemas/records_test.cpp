#include "schemas/records.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "schemas/record_columns.h"

namespace ttt {
namespace {

TEST(EmptyRecords, HoldNothingInEveryPlace) {
  const Records records = empty_records(3, 4, 2, 10);
  EXPECT_EQ(records.predicted, std::vector<int16_t>(12, -1));
  EXPECT_EQ(records.correct, std::vector<uint8_t>(12, 0));
  EXPECT_EQ(records.sample.size(), 3u);
  EXPECT_EQ(records.logits.size(), 120u);
  EXPECT_EQ(records.aux_loss.size(), 6u);
  for (const float loss : records.main_loss) EXPECT_TRUE(std::isnan(loss));
  EXPECT_EQ(records.status, std::vector<Status>(3, Status::ok));
}

TEST(RecordColumns, AreAllNamedOnceWithUnitsAndLongNames) {
  std::set<std::string> names;
  const auto visit = [&](const RecordColumn& column, auto) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
    EXPECT_FALSE(column.units.empty() || column.long_name.empty()) << column.name;
  };
  for_each_column(visit);
  for_each_cost(visit);
  EXPECT_EQ(names.size(), 30u);
}

/// Two samples with every kind of optional column.
Records with_optional_columns() {
  Records records = empty_records(2, 1, 3, 4);
  records.view_count = 5;
  records.feature_count = 6;
  records.chunk_count = 2;
  records.cell_count = 7;
  keep_column(records, &Records::view_logits);
  keep_column(records, &Records::features);
  keep_column(records, &Records::paid_flops);
  keep_column(records, &Records::chunk_tokens);
  keep_column(records, &Records::answer);
  return records;
}

TEST(OptionalColumns, AreThereOnlyWhereTheyAreKept) {
  const Records records = with_optional_columns();
  EXPECT_EQ(records.view_logits.size(), 2u * 5 * 4);
  EXPECT_EQ(records.features.size(), 2u * 6);
  EXPECT_EQ(records.paid_flops.size(), 2u);
  EXPECT_TRUE(records.grad_dot.empty());
  EXPECT_TRUE(std::isnan(records.features[0]));
  EXPECT_EQ(records.chunk_tokens.size(), 2u * 2);
  EXPECT_EQ(records.answer, std::vector<int16_t>(2 * 7, -1));
}

TEST(OptionalColumns, BelongToTheShapeOfRecords) {
  const Records records = with_optional_columns();
  EXPECT_TRUE(same_shape(records, empty_like(records, 7)));
  EXPECT_FALSE(same_shape(records, empty_records(2, 1, 3, 4)));
  for (const OptionalAxis& axis : optional_axes) {
    Records longer = records;
    ++(longer.*axis.length);
    EXPECT_FALSE(same_shape(records, longer)) << axis.name;
  }
}

TEST(CopyRow, CopiesEveryColumnOfOneSample) {
  Records from = with_optional_columns(), to = empty_like(from, 3);
  from.sample[1] = 9;
  from.features[6 + 2] = 0.5f;
  from.logits[4 + 3] = 2;
  from.status[1] = Status::skipped;
  copy_row(to, 2, from, 1);
  EXPECT_EQ(to.sample, (std::vector<int64_t>{-1, -1, 9}));
  EXPECT_EQ(to.features[2 * 6 + 2], 0.5f);
  EXPECT_EQ(to.logits[2 * 4 + 3], 2);
  EXPECT_EQ(to.status, (std::vector<Status>{Status::ok, Status::ok, Status::skipped}));
  EXPECT_TRUE(std::isnan(to.features[2]));
}

TEST(CopyRows, CopiesWhatCopyRowCopiesOneByOne) {
  Records from = empty_like(with_optional_columns(), 5);
  for (size_t i = 0; i < from.features.size(); ++i) from.features[i] = static_cast<float>(i);
  for (size_t i = 0; i < from.sample.size(); ++i)
    from.sample[i] = from.steps_taken[i] = static_cast<int>(i) + 7;
  Records at_once = empty_like(from, 4), one_by_one = at_once;
  copy_rows(at_once, 1, from, 2, 3);
  for (int i = 0; i < 3; ++i) copy_row(one_by_one, 1 + i, from, 2 + i);
  EXPECT_EQ(at_once.sample, (std::vector<int64_t>{-1, 9, 10, 11}));
  EXPECT_EQ(at_once.steps_taken, one_by_one.steps_taken);
  EXPECT_EQ(at_once.features[6], one_by_one.features[6]);
  EXPECT_EQ(at_once.features[23], 29);
}

TEST(RowBytes, CountEveryColumn) {
  EXPECT_EQ(row_bytes(empty_records(9, 2, 3, 4)), 8 + 2 * (2 + 1 + 4 * 4) + 2 * 4 * 4 + 2 * 3 * 4 + 4 + 1);
}

}  // namespace
}  // namespace ttt
