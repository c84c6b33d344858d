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
  EXPECT_EQ(names.size(), 16u);
}

}  // namespace
}  // namespace ttt
