#include "kernels/cuda/block/block.h"

#include <algorithm>

#include "kernels/cuda/conv/conv.h"

namespace ttt::cuda {
namespace {

int64_t gate_sums(const ConvShape& s) { return s.lanes * s.views * gate_bands(s) * s.in_channels * 2; }

}  // namespace

bool supported(const BlockShape& s) {
  const bool groups =
      s.norm_groups > 0 && s.in_channels % s.norm_groups == 0 && s.out_channels % s.norm_groups == 0;
  const bool shortcut = s.stride == 1 ? s.in_channels == s.out_channels : s.in_channels <= s.out_channels;
  return groups && shortcut && s.in_channels % 8 == 0 && supported(s.conv1()) && supported(s.conv2());
}

int64_t gate_sum_floats(const BlockShape& s) { return std::max(gate_sums(s.conv1()), gate_sums(s.conv2())); }

int64_t block_workspace(const BlockShape& s) {
  const ConvShape conv2 = s.conv2();
  return conv2.lanes * conv2.views * conv2.in_floats() + gate_sum_floats(s) +
         std::max(weight_gradient_workspace(s.conv1()), weight_gradient_workspace(conv2));
}

}  // namespace ttt::cuda
