#include "kernels/cpu/block/parts.h"
#include "kernels/cpu/head/head.h"
#include "kernels/cpu/isa.h"
#include "kernels/cpu/stem/stem.h"
#include "kernels/cuda/block/block.h"
#include "kernels/cuda/head/head.h"
#include "kernels/cuda/stem/stem.h"
#include "kernels/lanes/cpu_block.h"
#include "pipeline/models/resnet.h"

namespace ttt {
namespace {

bool by_hand(const ResNet& a, const cpu::BlockShape& s) {
  if (a.convolution == Convolution::libtorch || a.precision == Precision::float64) return false;
  if (a.device == Device::cpu) return a.precision == Precision::float32 && supported(s);
  return supported(cuda::BlockShape{1, 1, s.height, s.width, s.in_channels, s.out_channels, s.stride,
                                    s.norm_groups, s.epsilon, a.precision});
}

bool by_hand(const ResNet& a, const cpu::StemShape& s) {
  if (a.precision == Precision::float64) return false;
  if (a.device == Device::cpu) return supported(s);
  return supported(cuda::ConvShape{1, 1, s.height, s.width, s.in_channels, s.out_channels, s.stride});
}

bool by_hand(const ResNet& a, const cpu::HeadShape& s) {
  if (a.precision == Precision::float64) return false;
  if (a.device == Device::cpu) return supported(s);
  return supported(cuda::HeadShape{1, 1, s.height, s.width, s.channels, s.classes, s.norm_groups, s.epsilon});
}

cpu::BlockShape shape_of(const ResNet& a, const BlockPlace& block) {
  return {.height = block.height,
          .width = block.width,
          .in_channels = block.in_channels,
          .out_channels = block.out_channels,
          .stride = block.stride,
          .norm_groups = a.options.norm_groups};
}

/// Convolutions of a hand-written block that go directly although another algorithm was asked for.
int direct_ones(const ResNet& a, cpu::BlockShape shape) {
  if (a.device == Device::cuda || a.convolution == Convolution::direct) return 0;
  shape.algorithm = lanes::algorithm_of(a.convolution);
  const cpu::Parts parts = cpu::parts_of(shape);
  return (parts.conv1.algorithm == cpu::ConvAlgorithm::direct) +
         (parts.conv2.algorithm == cpu::ConvAlgorithm::direct);
}

}  // namespace

ComputePath ResNet::compute_path() const {
  const ResNet& a = *this;
  ComputePath path;
  const bool gpu = a.device == Device::cuda;
  path.convolution = gpu ? "direct" : ttt::name(a.convolution);
  path.instruction_set = gpu ? "cuda" : cpu::name(cpu::instruction_set());
  path.stem_by_hand = by_hand(a, cpu::StemShape{.height = a.height,
                                                .width = a.width,
                                                .in_channels = a.channels,
                                                .out_channels = a.options.widths[0],
                                                .stride = a.options.stem_stride});
  for (const Part part : {Part::trunk, Part::main, Part::auxiliary})
    for (const BlockPlace& block : a.blocks(part)) {
      ++path.blocks;
      if (!by_hand(a, shape_of(a, block))) continue;
      ++path.blocks_by_hand;
      path.convolutions_direct += direct_ones(a, shape_of(a, block));
    }
  const BlockPlace last = a.way(Part::main).back();  // of the same shape on the way to either head
  path.heads_by_hand = by_hand(a, cpu::HeadShape{.height = last.out_height(),
                                                 .width = last.out_width(),
                                                 .channels = last.out_channels,
                                                 .classes = a.classes,
                                                 .norm_groups = a.options.norm_groups});
  return path;
}

}  // namespace ttt
