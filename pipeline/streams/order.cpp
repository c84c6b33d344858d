#include "pipeline/streams/order.h"

#include <algorithm>
#include <array>
#include <compare>

#include "kernels/draw.h"

namespace ttt {
namespace {

const std::initializer_list<std::string_view> names = {"shift", "blocked", "mixed", "class"};

/// Where a row stands; compared member by member.
struct Place {
  std::array<int64_t, 3> stream;  // equal within a stream
  std::array<int64_t, 3> block;   // what a stream is sorted by before the draw
  uint64_t drawn;
  int64_t sample;
  int64_t row;
  auto operator<=>(const Place&) const = default;
};

Place place_of(const StreamIdentity& identity, int64_t row, Order order, uint64_t seed) {
  const int64_t sample = identity.sample.empty() ? row : identity.sample[row];
  const Draw draw(seed, Purpose::stream, static_cast<uint64_t>(sample));
  const uint64_t drawn = (uint64_t{draw.bits(0)} << 32) | draw.bits(1);
  const int64_t split = static_cast<int64_t>(identity.split[row]);
  const int64_t shift = identity.shift[row], severity = identity.severity[row];
  switch (order) {
    case Order::shift:
      return {{split, shift, severity}, {}, drawn, sample, row};
    case Order::blocked:
      return {{split}, {shift, severity}, drawn, sample, row};
    case Order::mixed:
      return {{split}, {}, drawn, sample, row};
    case Order::by_class:
      return {{split, shift, severity}, {identity.label[row]}, drawn, sample, row};
  }
  fail(ExitCode::internal, "order {} of streams is unknown", static_cast<int>(order));
}

}  // namespace

std::string_view name(Order order) { return names.begin()[static_cast<size_t>(order)]; }

std::string_view meaning(Order order) {
  switch (order) {
    case Order::shift:
      return "one stream for each split, shift and severity, in a drawn order";
    case Order::blocked:
      return "one stream for each split, in which shifts and severities follow one another";
    case Order::mixed:
      return "one stream for each split, in which all shifts and severities are mixed";
    case Order::by_class:
      return "one stream for each split, shift and severity, sorted by label";
  }
  return "";
}

Field order_field(std::string_view key, Order& order) { return {key, choice(order, names)}; }

StreamIdentity stream_identity(const TestSet& set) {
  return {{}, set.split, set.shift, set.severity, set.label};
}

StreamIdentity stream_identity(const Results& results) {
  return {results.sample, results.split, results.shift, results.severity, results.label};
}

std::vector<std::vector<int64_t>> streams_of(const StreamIdentity& identity, const std::vector<int64_t>& rows,
                                             Order order, uint64_t seed) {
  std::vector<Place> places;
  for (const int64_t row : rows) places.push_back(place_of(identity, row, order, seed));
  std::ranges::sort(places);
  std::vector<std::vector<int64_t>> streams;
  for (size_t i = 0; i < places.size(); ++i) {
    if (i == 0 || places[i].stream != places[i - 1].stream) streams.emplace_back();
    streams.back().push_back(places[i].row);
  }
  return streams;
}

}  // namespace ttt
