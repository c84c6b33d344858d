#include "schemas/records.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "schemas/record_columns.h"

namespace ttt {
namespace {

/// What stands where nothing is known. Columns of int16 are predictions.
template <typename Value>
Value nothing() {
  if constexpr (std::is_floating_point_v<Value>) return std::numeric_limits<Value>::quiet_NaN();
  if constexpr (std::is_same_v<Value, int16_t>) return -1;
  return Value{};
}

template <typename Value>
void keep(Records& records, std::vector<Value> Records::*wanted) {
  for_each_column([&](const RecordColumn& column, auto member) {
    if constexpr (std::is_same_v<decltype(member), std::vector<Value> Records::*>) {
      if (member == wanted)
        (records.*member).assign(records.samples * width(records, column), nothing<Value>());
    }
  });
}

}  // namespace

Records empty_records(int64_t samples, int milestones, int steps, int classes) {
  Records records;
  records.samples = samples;
  records.milestones = milestones;
  records.steps = steps;
  records.classes = classes;
  for_each_column([&](const RecordColumn& column, auto member) {
    if (column.optional) return;
    (records.*member).assign(samples * width(records, column), nothing<ValueOf<decltype(member)>>());
  });
  records.sample.assign(samples, -1);
  return records;
}

Records empty_like(const Records& shape, int64_t samples) {
  Records records = empty_records(samples, shape.milestones, shape.steps, shape.classes);
  for (const OptionalAxis& axis : optional_axes) records.*axis.length = shape.*axis.length;
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!column.optional || (shape.*member).empty()) return;
    (records.*member).assign(samples * width(records, column), nothing<ValueOf<decltype(member)>>());
  });
  return records;
}

bool same_shape(const Records& a, const Records& b) {
  bool same = a.milestones == b.milestones && a.steps == b.steps && a.classes == b.classes;
  for (const OptionalAxis& axis : optional_axes) same = same && a.*axis.length == b.*axis.length;
  for_each_column([&](const RecordColumn& column, auto member) {
    same = same && (!column.optional || (a.*member).empty() == (b.*member).empty());
  });
  return same;
}

void keep_column(Records& records, std::vector<float> Records::*column) { keep(records, column); }
void keep_column(Records& records, std::vector<double> Records::*column) { keep(records, column); }
void keep_column(Records& records, std::vector<int16_t> Records::*column) { keep(records, column); }

void copy_rows(Records& records, int64_t to, const Records& source, int64_t from, int64_t count) {
  std::copy_n(source.sample.begin() + from, count, records.sample.begin() + to);
  for_each_column([&](const RecordColumn& column, auto member) {
    if ((records.*member).empty() || (source.*member).empty()) return;
    const int64_t values = width(records, column);
    std::copy_n((source.*member).begin() + from * values, count * values,
                (records.*member).begin() + to * values);
  });
}

void copy_row(Records& records, int64_t to, const Records& source, int64_t from) {
  copy_rows(records, to, source, from, 1);
}

int64_t row_bytes(const Records& records) {
  int64_t bytes = sizeof(int64_t);  // of the sample's number
  for_each_column([&](const RecordColumn& column, auto member) {
    if (has_column(records, column, member))
      bytes += width(records, column) * static_cast<int64_t>(sizeof(ValueOf<decltype(member)>));
  });
  return bytes;
}

}  // namespace ttt
