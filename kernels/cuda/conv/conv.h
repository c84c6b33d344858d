#pragma once
#include "kernels/cuda/conv/gate.h"
#include "kernels/cuda/conv/shape.h"
#include "kernels/cuda/conv/store.h"
#include "kernels/cuda/conv/weight_gradient.h"
#include "kernels/cuda/norm/moments.h"

// Launches of the direct convolution. Queue: DeviceQueue or, in tests, HostQueue.

namespace ttt::cuda {

template <class Geometry>
ConvTile forward_tile(const ConvShape& s) {
  return make_tile<Geometry>(s.out_height(), s.out_width(), s.out_channels, s.height, s.width, s.in_channels,
                             s.views, kSharedFloats);
}
inline ConvTile forward_tile(const ConvShape& s) {
  return s.stride == 1 ? forward_tile<Same>(s) : forward_tile<Halved>(s);
}

template <class Geometry>
ConvTile input_gradient_tile(const ConvShape& s) {
  return make_tile<Geometry>(s.height, s.width, s.in_channels, s.out_height(), s.out_width(), s.out_channels,
                             s.views, kSharedFloats);
}
inline ConvTile input_gradient_tile(const ConvShape& s) {
  return s.stride == 1 ? input_gradient_tile<Same>(s) : input_gradient_tile<Doubled>(s);
}

/// Whether Store can measure the moments of y: blocks that have whole views.
inline bool measures_moments(const ConvShape& s) { return forward_tile(s).bands == 1; }

namespace detail {

template <class Geometry, class Epilogue, class Queue>
void gather(const Queue& queue, int64_t lanes, const ConvTile& tile, const float* in, const Norm& norm,
            const LaneFloats& weights, bool mirrored, const Epilogue& epilogue) {
  queue.launch(Gather<Geometry, Epilogue>{tile, in, norm, weights, mirrored, epilogue},
               lanes * tile.blocks_per_lane(), tile.shared_floats());
}

}  // namespace detail

/// store.out = conv(relu(norm(x))) + shortcut.
template <class Queue>
void convolve(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
              const LaneFloats& weights, const Store& store) {
  if (s.stride == 1)
    detail::gather<Same>(queue, s.lanes, forward_tile(s), x, norm, weights, false, store);
  else
    detail::gather<Halved>(queue, s.lanes, forward_tile(s), x, norm, weights, false, store);
}

/// The same, and the moments of its result unless they are null: while it is in registers if a block has
/// whole views, else by another pass.
template <class Queue>
void convolve_and_measure(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
                          const LaneFloats& weights, const Shortcut& shortcut, float* y, float* moments,
                          int groups, float epsilon) {
  const bool at_once = measures_moments(s);
  convolve(queue, s, x, norm, weights, Store{y, shortcut, at_once ? moments : nullptr, groups, epsilon});
  if (moments && !at_once)
    measure(queue, s.lanes * s.views, {s.out_height() * s.out_width(), s.out_channels}, y, moments, groups,
            epsilon);
}

/// Bands of gate.sums.
inline int gate_bands(const ConvShape& s) { return input_gradient_tile(s).bands; }

/// The gradient of x in front of norm and ReLU, up to the ReLU: see Gate.
template <class Queue>
void convolve_back(const Queue& queue, const ConvShape& s, const float* dy, const LaneFloats& weights,
                   const Gate& gate) {
  if (s.stride == 1)
    detail::gather<Same>(queue, s.lanes, input_gradient_tile(s), dy, Norm(), weights, true, gate);
  else
    detail::gather<Doubled>(queue, s.lanes, input_gradient_tile(s), dy, Norm(), weights, true, gate);
}

/// Floats that weight_gradient() works on.
inline int64_t weight_gradient_workspace(const ConvShape& s) { return s.lanes * kChunks * s.weights(); }

/// dw [K, O, I, 3, 3] from x in front of norm and ReLU, and dy.
template <class Queue>
void weight_gradient(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
                     const float* dy, float* dw, float* workspace) {
  const WeightTile tile = make_weight_tile(s, kSharedFloats);
  const int64_t blocks = s.lanes * kChunks * tile.slices();
  if (s.stride == 1)
    queue.launch(WeightGradient<1>{tile, x, norm, dy, workspace}, blocks, tile.shared_floats());
  else
    queue.launch(WeightGradient<2>{tile, x, norm, dy, workspace}, blocks, tile.shared_floats());
  queue.launch(AddChunks{s.weights(), workspace, dw}, s.lanes * AddChunks::blocks_per_lane(s.weights()), 0);
}

}  // namespace ttt::cuda
