#include "pipeline/streams/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace ttt {
namespace {

using Streams = std::vector<std::vector<int64_t>>;

constexpr Order orders[] = {Order::shift, Order::blocked, Order::mixed, Order::by_class};

std::vector<int64_t> all_of(const TestSet& set) {
  std::vector<int64_t> samples(set.samples);
  std::iota(samples.begin(), samples.end(), int64_t{0});
  return samples;
}

/// 30 base images under "clean" and two shifts of two severities each, every third in the split tune.
TestSet small_set() {
  TestSet set;
  for (int64_t base = 0; base < 30; ++base) {
    for (const auto& [shift, severity] : {std::pair(0, 0), {1, 3}, {1, 5}, {2, 3}, {2, 5}}) {
      set.base.push_back(base);
      set.label.push_back(base * 7 % 4);
      set.shift.push_back(shift);
      set.severity.push_back(severity);
      set.split.push_back(base % 3 == 0 ? Split::tune : Split::report);
      ++set.samples;
    }
  }
  return set;
}

Streams streams(const TestSet& set, Order order, const std::vector<int64_t>& samples, uint64_t seed = 3) {
  return streams_of(stream_identity(set), samples, order, seed);
}

std::vector<int64_t> joined(const Streams& streams) {
  std::vector<int64_t> all;
  for (const auto& stream : streams) all.insert(all.end(), stream.begin(), stream.end());
  return all;
}

std::tuple<Split, int32_t, int32_t> cell(const TestSet& set, int64_t i) {
  return {set.split[i], set.shift[i], set.severity[i]};
}

/// The values of `of` along a stream, runs of equals taken once.
template <typename Of>
auto runs(const std::vector<int64_t>& stream, Of of) {
  std::vector<decltype(of(int64_t{0}))> values;
  for (const int64_t i : stream) values.push_back(of(i));
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

TEST(StreamsOf, PutEverySampleIntoExactlyOneStream) {
  const TestSet set = small_set();
  for (const Order order : orders) {
    std::vector<int64_t> all = joined(streams(set, order, all_of(set)));
    std::ranges::sort(all);
    EXPECT_EQ(all, all_of(set)) << name(order);
  }
}

TEST(StreamsOf, DoNotDependOnTheOrderInWhichSamplesAreGiven) {
  const TestSet set = small_set();
  std::vector<int64_t> backwards = all_of(set);
  std::ranges::reverse(backwards);
  for (const Order order : orders)
    EXPECT_EQ(streams(set, order, backwards), streams(set, order, all_of(set))) << name(order);
}

TEST(StreamsOf, KeepTheOrderOfTheRestWhenSamplesAreRemoved) {
  const TestSet set = small_set();
  const auto stays = [](int64_t i) { return i % 7 != 2 && i % 5 != 1; };
  std::vector<int64_t> rest;
  std::ranges::copy_if(all_of(set), std::back_inserter(rest), stays);
  for (const Order order : orders) {
    Streams expected = streams(set, order, all_of(set));
    for (auto& stream : expected) std::erase_if(stream, [&](int64_t i) { return !stays(i); });
    std::erase_if(expected, [](const auto& stream) { return stream.empty(); });
    EXPECT_EQ(streams(set, order, rest), expected) << name(order);
  }
}

TEST(StreamsOf, ShiftAndClassMakeOneStreamForEachSplitShiftAndSeverity) {
  const TestSet set = small_set();
  for (const Order order : {Order::shift, Order::by_class}) {
    const Streams all = streams(set, order, all_of(set));
    EXPECT_EQ(all.size(), 2u * 5u);
    for (const auto& stream : all)
      EXPECT_EQ(runs(stream, [&](int64_t i) { return cell(set, i); }).size(), 1u) << name(order);
  }
}

TEST(StreamsOf, BlockedAndMixedMakeOneStreamASplit) {
  const TestSet set = small_set();
  for (const Order order : {Order::blocked, Order::mixed}) {
    const Streams all = streams(set, order, all_of(set));
    EXPECT_EQ(all.size(), 2u);
    for (const auto& stream : all)
      EXPECT_EQ(runs(stream, [&](int64_t i) { return set.split[i]; }).size(), 1u) << name(order);
  }
}

TEST(StreamsOf, BlockedShowsEveryShiftAndSeverityOnceAndMixedInterleavesThem) {
  const TestSet set = small_set();
  const auto blocks = [&](const std::vector<int64_t>& stream) {
    return runs(stream, [&](int64_t i) { return cell(set, i); }).size();
  };
  for (const auto& stream : streams(set, Order::blocked, all_of(set))) EXPECT_EQ(blocks(stream), 5u);
  for (const auto& stream : streams(set, Order::mixed, all_of(set)))
    EXPECT_GT(blocks(stream), stream.size() / 2);
}

TEST(StreamsOf, ClassSortsByLabelAndOnlyClassReadsLabels) {
  const TestSet set = small_set();
  TestSet poisoned = set;
  for (int64_t& label : poisoned.label) label = -label * label;
  for (const auto& stream : streams(set, Order::by_class, all_of(set)))
    EXPECT_TRUE(std::ranges::is_sorted(stream, {}, [&](int64_t i) { return set.label[i]; }));
  for (const Order order : orders) {
    const bool same = streams(poisoned, order, all_of(set)) == streams(set, order, all_of(set));
    EXPECT_EQ(same, order != Order::by_class) << name(order);
  }
}

TEST(StreamsOf, OrderSamplesByOneDrawInEveryKindOfStream) {
  const TestSet set = small_set();
  std::vector<int64_t> place(set.samples);
  int64_t next = 0;
  for (const int64_t i : joined(streams(set, Order::mixed, all_of(set)))) place[i] = next++;
  const auto by_place = [&](const std::vector<int64_t>& stream) {
    return std::ranges::is_sorted(stream, {}, [&](int64_t i) { return place[i]; });
  };
  EXPECT_TRUE(std::ranges::all_of(streams(set, Order::shift, all_of(set)), by_place));
}

TEST(StreamsOf, DrawAnotherOrderForAnotherSeed) {
  const TestSet set = small_set();
  for (const Order order : orders)
    EXPECT_NE(streams(set, order, all_of(set), 3), streams(set, order, all_of(set), 4)) << name(order);
}

TEST(StreamsOf, AreTheSameSamplesWhetherATestSetOrItsResultsAreAsked) {
  const TestSet set = small_set();
  Results results;  // of the split report alone: rows are not samples
  std::vector<int64_t> rows, samples;
  for (int64_t i = 0; i < set.samples; ++i) {
    if (set.split[i] == Split::tune) continue;
    rows.push_back(static_cast<int64_t>(rows.size()));
    samples.push_back(i);
    results.sample.push_back(i);
    results.label.push_back(set.label[i]);
    results.shift.push_back(set.shift[i]);
    results.severity.push_back(set.severity[i]);
    results.split.push_back(set.split[i]);
  }
  for (const Order order : orders) {
    Streams of_results = streams_of(stream_identity(results), rows, order, 3);
    for (auto& stream : of_results)
      for (int64_t& row : stream) row = results.sample[row];
    EXPECT_EQ(of_results, streams(set, order, samples)) << name(order);
  }
}

}  // namespace
}  // namespace ttt
