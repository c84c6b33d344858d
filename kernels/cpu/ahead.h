#pragma once
#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

namespace ttt::cpu {

inline constexpr int64_t kLine = 16;  // floats on a cache line

/// Memory that the images after these will read or write, brought near little by little while products keep
/// the core busy. Tensors of a lane do not fit into the second-level cache, and waiting for each image's
/// share when its turn comes costs 10 % of a block.
class Ahead {
 public:
  /// Forgets what was expected before; what is added from now on is spread over `calls` calls of fetch().
  void start(int64_t calls) { *this = Ahead(calls); }

  void expect(const float* data, int64_t floats) {
    assert(count_ < pieces_.size());
    if (!data || floats < kLine) return;
    pieces_[count_++] = {data, floats / kLine};
    lines_ += floats / kLine;
    rate_ = (lines_ + calls_ - 1) / calls_;
  }

  void fetch() {
    if (next_ == count_) return;
    Piece& piece = pieces_[next_];
    const int64_t lines = std::min(piece.lines, rate_);
    for (int64_t line = 0; line < lines; ++line)
      __builtin_prefetch(piece.data + line * kLine, 0, 2);  // second level: the first is busy
    piece.data += lines * kLine;
    piece.lines -= lines;
    if (piece.lines == 0) ++next_;
  }

  Ahead() = default;

 private:
  explicit Ahead(int64_t calls) : calls_(calls > 0 ? calls : 1) {}

  struct Piece {
    const float* data;
    int64_t lines;
  };
  std::array<Piece, 4> pieces_ = {};
  size_t count_ = 0, next_ = 0;
  int64_t lines_ = 0, calls_ = 1, rate_ = 0;  // lines in all, lines a call
};

}  // namespace ttt::cpu
