#include "tests/kernels/cuda/bench/reference_network.h"

#include <cmath>

#include "kernels/draw.h"

namespace ttt::cuda::bench {
namespace {

/// Hands out places one after the other.
struct Places {
  int64_t next = 0;
  WeightPlace take(int64_t size) {
    next += size;
    return {next - size, size};
  }
};

/// A group of residual blocks; the first one halves the map if its stride says so. Advances size and
/// channels.
std::vector<BlockPlan> group(const NetworkOptions& o, const ConvShape& lanes, int blocks, int& size,
                             int& channels, int out, int stride, Places& places) {
  std::vector<BlockPlan> plans;
  for (int b = 0; b < blocks; ++b) {
    BlockPlan p;
    p.shape = {lanes.lanes, lanes.views, size, size, channels, out, b == 0 ? stride : 1, o.norm_groups};
    p.shape.precision = o.precision;
    p.scale1 = places.take(channels), p.shift1 = places.take(channels);
    p.conv1 = places.take(p.shape.conv1().weights());
    p.scale2 = places.take(out), p.shift2 = places.take(out);
    p.conv2 = places.take(p.shape.conv2().weights());
    plans.push_back(p);
    size = p.shape.conv2().height, channels = out;
  }
  return plans;
}

double block_flops(const std::vector<BlockPlan>& blocks) {
  double flops = 0;
  for (const BlockPlan& b : blocks)
    for (const ConvShape& c : {b.shape.conv1(), b.shape.conv2()})
      flops += 2.0 * static_cast<double>(c.weights()) * c.out_height() * c.out_width();
  return flops;
}

void append(std::vector<WeightPlace>& all, const std::vector<BlockPlan>& blocks) {
  for (const BlockPlan& b : blocks)
    all.insert(all.end(), {b.scale1, b.shift1, b.conv1, b.scale2, b.shift2, b.conv2});
}

void fill(std::vector<float>& values, const WeightPlace& place, float value) {
  for (int64_t i = 0; i < place.size; ++i) values[place.begin + i] = value;
}

/// Uniform of variance 2 / fan_in.
void draw(std::vector<float>& values, const WeightPlace& place, double fan_in) {
  const double bound = std::sqrt(6 / fan_in);
  const Draw from(1, Purpose::init, static_cast<uint64_t>(place.begin));
  for (int64_t i = 0; i < place.size; ++i)
    values[place.begin + i] = static_cast<float>(from.uniform(static_cast<uint32_t>(i), -bound, bound));
}

}  // namespace

NetworkPlan plan(const NetworkOptions& o, int64_t lanes, int views) {
  NetworkPlan p;
  Places places;
  const int blocks = (o.depth - 2) / 6;
  p.stem = {lanes, views, o.size, o.size, o.channels, o.width, 1};
  p.stem_weight = places.take(p.stem.weights());
  int size = o.size, channels = o.width;
  for (int g = 0; g < 2; ++g)
    for (const BlockPlan& b : group(o, p.stem, blocks, size, channels, o.width << g, g + 1, places))
      p.trunk.push_back(b);
  const auto head = [&](int classes) {
    HeadPlan h;
    int own_size = size, own_channels = channels;
    h.blocks = group(o, p.stem, blocks, own_size, own_channels, 4 * o.width, 2, places);
    h.shape = {lanes, views, own_size, own_size, own_channels, classes, o.norm_groups};
    h.scale = places.take(own_channels), h.shift = places.take(own_channels);
    h.linear = places.take(int64_t{classes} * own_channels), h.bias = places.take(classes);
    return h;
  };
  p.rotation = head(4);
  p.adapted = places.next;
  p.main = head(o.classes);
  p.weights = places.next;
  return p;
}

std::vector<WeightPlace> adapted_weights(const NetworkPlan& p) {
  std::vector<WeightPlace> all = {p.stem_weight};
  append(all, p.trunk);
  append(all, p.rotation.blocks);
  all.insert(all.end(), {p.rotation.scale, p.rotation.shift, p.rotation.linear, p.rotation.bias});
  return all;
}

std::vector<float> initial_weights(const NetworkPlan& p) {
  std::vector<float> values(static_cast<size_t>(p.weights), 0.0f);
  draw(values, p.stem_weight, 9.0 * p.stem.in_channels);
  for (const auto* blocks : {&p.trunk, &p.rotation.blocks, &p.main.blocks})
    for (const BlockPlan& b : *blocks) {
      fill(values, b.scale1, 1), fill(values, b.scale2, 1);
      draw(values, b.conv1, 9.0 * b.shape.in_channels);
      draw(values, b.conv2, 9.0 * b.shape.out_channels);
    }
  for (const HeadPlan* h : {&p.rotation, &p.main}) {
    fill(values, h->scale, 1);
    draw(values, h->linear, 6.0 * h->shape.channels);
  }
  return values;
}

double forward_flops(const NetworkPlan& p, const HeadPlan& head) {
  const double stem = 2.0 * static_cast<double>(p.stem.weights()) * p.stem.out_height() * p.stem.out_width();
  return stem + block_flops(p.trunk) + block_flops(head.blocks) +
         2.0 * head.shape.channels * head.shape.classes;
}

}  // namespace ttt::cuda::bench
