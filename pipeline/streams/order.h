#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "schemas/files/results.h"
#include "schemas/option_fields.h"
#include "schemas/test_set.h"

namespace ttt {

/// In which streams the samples of a test set arrive, and in which order within each.
enum class Order {
  shift,    // one stream for each (split, shift, severity), in a drawn order
  blocked,  // one stream a split: the shifts and severities follow one another, each in a drawn order
  mixed,    // one stream a split, all in one drawn order
  by_class  // one stream for each (split, shift, severity), sorted by label; in a drawn order within a class
};

/// As a spec writes it: "shift", "blocked", "mixed", "class".
std::string_view name(Order order);

/// The same in words, for notes.
std::string_view meaning(Order order);

/// A key whose value is an order.
Field order_field(std::string_view key, Order& order);

/// What an order looks at. All spans have the same length, one entry a row.
struct StreamIdentity {
  std::span<const int64_t> sample;  // index into the test set, whose draws it is; empty: the row itself
  std::span<const Split> split;
  std::span<const int32_t> shift, severity;
  std::span<const int64_t> label;  // only by_class reads it
};

/// Valid as long as what it was made of.
StreamIdentity stream_identity(const TestSet& set);
StreamIdentity stream_identity(const Results& results);

/// Streams of these rows of `identity`, each in the order of arrival. Every row belongs to exactly one
/// stream. Whether one sample comes before another depends on these two and the seed alone: not on the order
/// of `rows` and not on which other samples there are. Every sample draws a number (Purpose::stream)
/// that it is sorted by; equal numbers are sorted by sample.
std::vector<std::vector<int64_t>> streams_of(const StreamIdentity& identity, const std::vector<int64_t>& rows,
                                             Order order, uint64_t seed);

}  // namespace ttt
