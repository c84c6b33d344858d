#pragma once
#include <ATen/core/Tensor.h>

#include <functional>

namespace ttt::lanes {

/// Views [first, first + views) of a lane: what one thread takes at a time on a CPU. Elsewhere whole lanes.
struct Piece {
  int64_t lane, first, views;
  int64_t index;  // within the lane
};

/// The lanes of x [K, V, ...] cut into pieces. Sums over views are made within pieces, then over pieces in
/// order: they do not depend on who computes which.
class Pieces {
 public:
  explicit Pieces(const at::Tensor& x);
  int64_t of_lane() const;  // P, their number
  int64_t count() const { return lanes_ * of_lane(); }
  Piece operator[](int64_t n) const;
  void for_each(const std::function<void(const Piece&)>& f) const;

  /// Sums of pieces to be filled, [K, P, ...], of lanes of that shape.
  at::Tensor sums(at::IntArrayRef shape, const at::TensorOptions& options) const;

 private:
  int64_t lanes_, views_, most_;  // the latter: views of a piece
};

/// A piece of x [K, V, ...]: [views, ...], sharing storage.
at::Tensor part_of(const at::Tensor& x, const Piece& piece);

/// A piece of x [K, V, H, W, C] as LibTorch wants images: [views, C, H, W], channels-last, sharing storage.
at::Tensor images_of(const at::Tensor& x, const Piece& piece);

/// Where a piece of x [K, V, ...] begins; null where x is undefined.
const float* views_of(const at::Tensor& x, const Piece& piece);
float* mutable_views_of(const at::Tensor& x, const Piece& piece);

/// Where a piece's sum in sums [K, P, ...] begins; null where sums are undefined.
float* sum_of(const at::Tensor& sums, const Piece& piece);

/// [K, ...] of sums [K, P, ...], added up in order; undefined where sums are.
at::Tensor added_up(const at::Tensor& sums);

}  // namespace ttt::lanes
