#pragma once
#include <type_traits>

#include "kernels/cuda/conv/gate.h"
#include "kernels/cuda/conv/scalar_products.h"
#include "kernels/cuda/conv/scalar_weight_products.h"
#include "kernels/cuda/conv/shape.h"
#include "kernels/cuda/conv/store.h"
#include "kernels/cuda/conv/tensor_products.h"
#include "kernels/cuda/conv/tensor_weight_products.h"
#include "kernels/cuda/conv/weight_gradient.h"
#include "kernels/cuda/norm/moments.h"

// Launches of the direct convolution. Queue: DeviceQueue or, in tests, HostQueue.

namespace ttt::cuda {

template <class Number>
using ProductsOf = std::conditional_t<Number::on_tensor_cores, TensorProducts<Number>, ScalarProducts>;

template <int kStride, class Number>
using WeightProductsOf = std::conditional_t<Number::on_tensor_cores, TensorWeightProducts<kStride, Number>,
                                            ScalarWeightProducts<kStride>>;

template <class Number>
auto weight_tile(const ConvShape& s) {
  return make_weight_tile<typename WeightProductsOf<1, Number>::Tile>(s, kSharedFloats);
}

template <class Number>
ConvTile<Number> forward_tile(const ConvShape& s) {
  const auto tile = [&](auto geometry) {
    return make_tile<decltype(geometry), Number>(s.out_height(), s.out_width(), s.out_channels, s.height,
                                                 s.width, s.in_channels, s.views, kSharedFloats);
  };
  return s.stride == 1 ? tile(Same()) : tile(Halved());
}

template <class Number>
ConvTile<Number> input_gradient_tile(const ConvShape& s) {
  const auto tile = [&](auto geometry) {
    return make_tile<decltype(geometry), Number>(s.height, s.width, s.in_channels, s.out_height(),
                                                 s.out_width(), s.out_channels, s.views, kSharedFloats);
  };
  return s.stride == 1 ? tile(Same()) : tile(Doubled());
}

/// Whether Store can measure the moments of y: blocks that have whole views.
inline bool measures_moments(const ConvShape& s) {
  return with_number(s.precision, [&](auto number) { return forward_tile<decltype(number)>(s).bands == 1; });
}

/// store.out = conv(relu(norm(x))) + shortcut, multiplied as Number.
template <class Number, class Queue>
void convolve_by(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
                 const LaneFloats& weights, const Store& store) {
  const ConvTile<Number> tile = forward_tile<Number>(s);
  const auto gather = [&](auto geometry) {
    queue.launch(
        Gather<decltype(geometry), ProductsOf<Number>, Store>{tile, x, norm, {weights, false}, store},
        s.lanes * tile.blocks_per_lane(), tile.shared_floats());
  };
  s.stride == 1 ? gather(Same()) : gather(Halved());
}

/// In the precision that the shape asks for, as the functions below.
template <class Queue>
void convolve(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
              const LaneFloats& weights, const Store& store) {
  with_number(s.precision,
              [&](auto number) { convolve_by<decltype(number)>(queue, s, x, norm, weights, store); });
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
inline int gate_bands(const ConvShape& s) {
  return with_number(s.precision,
                     [&](auto number) { return input_gradient_tile<decltype(number)>(s).bands; });
}

/// The gradient of x in front of norm and ReLU, up to the ReLU, multiplied as Number: see Gate.
template <class Number, class Queue>
void convolve_back_by(const Queue& queue, const ConvShape& s, const float* dy, const LaneFloats& weights,
                      const Gate& gate) {
  const ConvTile<Number> tile = input_gradient_tile<Number>(s);
  const auto gather = [&](auto geometry) {
    queue.launch(
        Gather<decltype(geometry), ProductsOf<Number>, Gate>{tile, dy, Norm(), {weights, true}, gate},
        s.lanes * tile.blocks_per_lane(), tile.shared_floats());
  };
  s.stride == 1 ? gather(Same()) : gather(Doubled());
}

template <class Queue>
void convolve_back(const Queue& queue, const ConvShape& s, const float* dy, const LaneFloats& weights,
                   const Gate& gate) {
  with_number(s.precision,
              [&](auto number) { convolve_back_by<decltype(number)>(queue, s, dy, weights, gate); });
}

/// Floats that weight_gradient() works on.
inline int64_t weight_gradient_workspace(const ConvShape& s) {
  return s.lanes * chunks_of(s.views) * s.weights();
}

/// The sums of every chunk, [K, chunks, O, I, 3, 3], multiplied as Number.
template <class Number, class Queue>
void chunk_gradients_by(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
                        const float* dy, float* partial) {
  const auto launch = [&](auto products) {
    products.tile = weight_tile<Number>(s);
    queue.launch(WeightGradient<decltype(products)>{products, x, norm, dy, partial},
                 s.lanes * chunks_of(s.views) * products.tile.slices(), products.tile.shared_floats());
  };
  s.stride == 1 ? launch(WeightProductsOf<1, Number>()) : launch(WeightProductsOf<2, Number>());
}

/// dw [K, O, I, 3, 3] from x in front of norm and ReLU, and dy.
template <class Queue>
void weight_gradient(const Queue& queue, const ConvShape& s, const float* x, const Norm& norm,
                     const float* dy, float* dw, float* workspace) {
  with_number(s.precision,
              [&](auto number) { chunk_gradients_by<decltype(number)>(queue, s, x, norm, dy, workspace); });
  queue.launch(AddChunks{s.weights(), chunks_of(s.views), workspace, dw},
               s.lanes * AddChunks::blocks_per_lane(s.weights()), 0);
}

}  // namespace ttt::cuda
