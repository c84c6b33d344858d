#pragma once
#include <cstdint>

#include "kernels/cpu/norm/norm.h"
#include "kernels/cpu/pixels.h"
#include "kernels/cpu/scratch.h"

// A 3x3 convolution with padding 1 and no bias, forward and backward, on images in frames (pixels.h).

namespace ttt::cpu {

/// How a convolution is computed. winograd4: F(4x4, 3x3), the fast one, and with stride 2, where it pays,
/// F(4x4, 2x2) of every second pixel (polyphase_inl.h); winograd2: F(2x2, 3x3), half as fast, errors like the
/// direct sum's. All others are direct.
enum class ConvAlgorithm { winograd4, winograd2, direct };

struct ConvShape {
  int height, width;  // of the input
  int in_channels, out_channels;
  int stride;  // 1 or 2
};

/// A convolution and the layouts its algorithm wants. Channels come in slices of one vector, except for an
/// image's 3 or 1 channels: the slice is then as thin as that.
struct Conv {
  ConvShape shape;
  ConvAlgorithm algorithm;
  int height, width;      // of the output
  int in_simd, out_simd;  // floats of a slice of input and of output channels

  int in_slices() const { return shape.in_channels / in_simd; }
  int out_slices() const { return shape.out_channels / out_simd; }
  /// Output slices that a product computes side by side: a panel.
  int panel() const { return out_slices() % 2 == 0 ? 2 : 1; }
  int panels() const { return out_slices() / panel(); }
  bool thin() const { return shape.in_channels < 4; }
};

Conv make_conv(const ConvShape& shape, ConvAlgorithm algorithm);

/// The convolution that turns a gradient of the output into one of the input: channels swapped.
Conv mirrored(const Conv& conv);

/// Frames of input and of output images, borders and all filled with zeros. The output's is for gradients.
Frame take_input_frame(const Conv& conv, int64_t images, Scratch& scratch);
Frame take_output_frame(const Conv& conv, int64_t images, Scratch& scratch);

/// Weights [out, in, 3, 3] in the order the algorithm reads them, packed_floats() of them: for the forward
/// pass, and for the input gradient (of which packed_floats(mirrored(conv)) are needed).
int64_t packed_floats(const Conv& conv);
void pack_weights(const Conv& conv, const float* weights, float* packed, Scratch& scratch);
void pack_mirrored_weights(const Conv& conv, const float* weights, float* packed, Scratch& scratch);

/// y [images, height, width, out] = conv(x) + add, where add may be null or y.
void convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed, const float* add,
              float* y, Scratch& scratch);

/// The norm and ReLU in front of a convolution, seen from behind, per image.
struct Gate {
  const float* x;          // input of the norm, [images, height, width, in]
  const NormTerms* terms;  // [images]
  const NormSums* sums;    // [images], added to
};

/// dz, in a frame: the gradient of the convolution's input where the ReLU before it was open, else 0; and its
/// sums for the norm.
void convolve_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed_mirrored,
                   const Gate& gate, const Frame& dz, Scratch& scratch);

/// How often a pass over so many images fetches ahead (ahead.h): at every product of a strip.
int64_t fetches(const Conv& conv, int64_t images);

/// Weight gradients are summed in an order of their own: start with zeros, add images in any number of calls,
/// unpack.
int64_t gradient_floats(const Conv& conv);
void add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images, float* sums,
                         Scratch& scratch);
void unpack_weight_gradient(const Conv& conv, const float* sums, float* gradient /*[out, in, 3, 3]*/,
                            Scratch& scratch);

}  // namespace ttt::cpu
