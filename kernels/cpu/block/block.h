#pragma once
#include <cstdint>

#include "kernels/cpu/conv/conv.h"
#include "kernels/cpu/scratch.h"

// A pre-activation residual block as one operation, for the images of one lane (He et al., ECCV 2016; the
// reference network of Sun et al., ICML 2020):
//   y = shortcut(x) + conv2(relu(norm2(conv1(relu(norm1(x))))))
// with GroupNorm, 3x3 convolutions, and as shortcut the identity or, with stride 2, the average of those of
// 2x2 pixels of x that exist, with zeros for the channels it lacks. Nothing couples images, so a few of them
// go through the whole block while in cache. Tensors are NHWC; results of an image do not depend on the
// others of the call, bit for bit.

namespace ttt::cpu {

struct BlockShape {
  int64_t images = 1;         // V
  int height = 0, width = 0;  // of x
  int in_channels = 0, out_channels = 0;
  int stride = 1;
  int norm_groups = 8;
  float epsilon = 1e-5f;  // added to the variance
  ConvAlgorithm algorithm = ConvAlgorithm::winograd4;

  int out_height() const { return strided(height, stride); }
  int out_width() const { return strided(width, stride); }
  int64_t in_floats() const { return static_cast<int64_t>(height) * width * in_channels; }  // of an image
  int64_t out_floats() const { return static_cast<int64_t>(out_height()) * out_width() * out_channels; }
};

/// Channels in multiples of 8 and of the groups; with stride 1 as many out as in, with stride 2 no fewer.
/// Everything else is for other kernels.
bool supported(const BlockShape& shape);

/// Norm parameters of a lane.
struct BlockNorms {
  const float *scale1, *shift1;  // [in]
  const float *scale2, *shift2;  // [out]
};

/// Which passes weights are packed for.
enum class Passes { forward, backward, both };

/// Convolution weights in the order the kernels read them, for the instruction set in use. Pack shared ones
/// once; of lanes with weights of their own, one after the other into the same object, which keeps its
/// memory.
class PackedBlock {
 public:
  PackedBlock() = default;
  PackedBlock(const BlockShape& shape, const float* conv1, const float* conv2, Passes passes,
              Scratch& scratch) {
    pack(shape, conv1, conv2, passes, scratch);
  }
  /// conv1 [out, in, 3, 3], conv2 [out, out, 3, 3]. The number of images of the shape is of no matter.
  void pack(const BlockShape& shape, const float* conv1, const float* conv2, Passes passes, Scratch& scratch);

  const float* conv1() const { return conv1_.data(); }
  const float* conv2() const { return conv2_.data(); }
  const float* mirrored1() const { return mirrored1_.data(); }  // for input gradients
  const float* mirrored2() const { return mirrored2_.data(); }

 private:
  AlignedFloats conv1_, conv2_, mirrored1_, mirrored2_;
};

/// What backward needs from forward besides x.
struct BlockSaved {
  float* middle;    // conv1's output, [images, out_height, out_width, out]
  float* moments1;  // mean and inverse deviation of norm1's groups, [images, groups, 2]
  float* moments2;  // of norm2's
};

/// y [images, out_height, out_width, out]. `saved` may be null: prediction.
void block_forward(const BlockShape& shape, const BlockNorms& norms, const PackedBlock& convs, const float* x,
                   float* y, const BlockSaved* saved, Scratch& scratch);

/// Where gradients go, summed over the images in order; null where one is not wanted.
struct BlockGradients {
  float* x = nullptr;  // [images, height, width, in]
  float *scale1 = nullptr, *shift1 = nullptr;
  float* conv1 = nullptr;  // [out, in, 3, 3]
  float *scale2 = nullptr, *shift2 = nullptr;
  float* conv2 = nullptr;  // [out, out, 3, 3]
};

void block_backward(const BlockShape& shape, const BlockNorms& norms, const PackedBlock& convs,
                    const float* x, const BlockSaved& saved, const float* dy, const BlockGradients& gradients,
                    Scratch& scratch);

}  // namespace ttt::cpu
