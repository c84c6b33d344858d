#include "kernels/cpu/scratch.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace ttt::cpu {
namespace {
constexpr int64_t kSmallestPiece = 1 << 18;  // 1 MiB

int64_t whole_lines(int64_t count) { return (count + kLine - 1) / kLine * kLine; }
}  // namespace

AlignedFloats::AlignedFloats(int64_t count) : size_(count) {
  const auto bytes = static_cast<size_t>(std::max<int64_t>(whole_lines(count), kLine)) * sizeof(float);
  data_.reset(static_cast<float*>(std::aligned_alloc(kLine * sizeof(float), bytes)));
  if (!data_) throw std::bad_alloc();
}

void AlignedFloats::Free::operator()(float* data) const { std::free(data); }

void clear(float* sum, int64_t floats) {
  if (sum) std::fill_n(sum, floats, 0.0f);
}

float* Scratch::take(int64_t count) {
  count = whole_lines(count);
  while (piece_ < pieces_.size() && used_ + count > pieces_[piece_].size()) {
    ++piece_;
    used_ = 0;
  }
  if (piece_ == pieces_.size()) pieces_.emplace_back(std::max(count, kSmallestPiece));
  float* taken = pieces_[piece_].data() + used_;
  used_ += count;
  return taken;
}

Scratch::Lease::~Lease() {
  scratch_.piece_ = piece_;
  scratch_.used_ = used_;
  // Nothing is in use: next time one piece will do.
  if (piece_ == 0 && used_ == 0 && scratch_.pieces_.size() > 1) {
    const int64_t count = scratch_.bytes() / static_cast<int64_t>(sizeof(float));
    scratch_.pieces_.clear();
    scratch_.pieces_.emplace_back(count);
  }
}

int64_t Scratch::bytes() const {
  int64_t count = 0;
  for (const AlignedFloats& piece : pieces_) count += piece.size();
  return count * static_cast<int64_t>(sizeof(float));
}

void Scratch::fill(float value) {
  for (AlignedFloats& piece : pieces_) std::fill_n(piece.data(), piece.size(), value);
}

}  // namespace ttt::cpu
