#pragma once
#include <limits>
#include <vector>

#include "kernels/cpu/block/block.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cpu {

/// Not a number: what a kernel forgets to write shows.
inline std::vector<float> poisoned(int64_t count) {
  return std::vector<float>(static_cast<size_t>(count), std::numeric_limits<float>::quiet_NaN());
}

/// A block with random weights and images, and everything the kernels say about it.
struct BlockCase {
  BlockShape shape;
  std::vector<float> x, dy, conv1, conv2, scale1, shift1, scale2, shift2;
  std::vector<float> y, middle, moments1, moments2;                           // forward
  std::vector<float> dx, dconv1, dconv2, dscale1, dshift1, dscale2, dshift2;  // backward

  explicit BlockCase(const BlockShape& s, float offset = 0.0f) : shape(s) {
    using reference::random_floats;
    const auto weights = [&](int in) { return static_cast<int64_t>(s.out_channels) * in * 9; };
    x = random_floats(s.images * s.in_floats(), 1, 1.0f, offset);
    dy = random_floats(s.images * s.out_floats(), 2);
    conv1 = random_floats(weights(s.in_channels), 3, 0.2f);
    conv2 = random_floats(weights(s.out_channels), 4, 0.2f);
    scale1 = random_floats(s.in_channels, 5, 0.5f, 1.0f);
    shift1 = random_floats(s.in_channels, 6, 0.5f);
    scale2 = random_floats(s.out_channels, 7, 0.5f, 1.0f);
    shift2 = random_floats(s.out_channels, 8, 0.5f);
  }

  BlockNorms norms() const { return {scale1.data(), shift1.data(), scale2.data(), shift2.data()}; }
  PackedBlock packed(Scratch& scratch) const {
    return PackedBlock(shape, conv1.data(), conv2.data(), Passes::both, scratch);
  }
  BlockSaved saved() { return {middle.data(), moments1.data(), moments2.data()}; }

  void forward(Scratch& scratch) {
    y = poisoned(shape.images * shape.out_floats());
    middle = poisoned(shape.images * shape.out_floats());
    moments1 = moments2 = poisoned(shape.images * shape.norm_groups * 2);
    const BlockSaved where = saved();
    block_forward(shape, norms(), packed(scratch), x.data(), y.data(), &where, scratch);
  }
  void backward(Scratch& scratch) {
    dx = poisoned(shape.images * shape.in_floats());
    dconv1 = poisoned(static_cast<int64_t>(conv1.size()));
    dconv2 = poisoned(static_cast<int64_t>(conv2.size()));
    dscale1 = dshift1 = poisoned(shape.in_channels);
    dscale2 = dshift2 = poisoned(shape.out_channels);
    block_backward(shape, norms(), packed(scratch), x.data(), saved(), dy.data(),
                   {dx.data(), dscale1.data(), dshift1.data(), dconv1.data(), dscale2.data(), dshift2.data(),
                    dconv2.data()},
                   scratch);
  }
};

}  // namespace ttt::cpu
