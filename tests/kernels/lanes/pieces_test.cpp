// Many views are computed in pieces, on any number of threads: the same bytes, which are those of the pieces
// alone.
#include "kernels/lanes/pieces.h"

#include <gtest/gtest.h>

#include <array>

#include "kernels/lanes/head.h"
#include "kernels/lanes/residual_block.h"
#include "kernels/lanes/stem.h"
#include "tests/kernels/lanes/lane_tensors.h"
#include "tests/kernels/lanes/threads.h"

namespace ttt::lanes {
namespace {

constexpr int64_t lanes = 2, views = 70;
constexpr std::array<int64_t, 4> ends = {0, 32, 64, 70};  // of a lane's pieces

TEST(Pieces, CoverEveryViewOnce) {
  const Pieces pieces(at::empty({lanes, views}));
  ASSERT_EQ(pieces.count(), 6);
  for (int64_t n = 0; n < 6; ++n) {
    EXPECT_EQ(pieces[n].lane, n / 3);
    EXPECT_EQ(pieces[n].index, n % 3);
    EXPECT_EQ(pieces[n].first, ends[n % 3]);
    EXPECT_EQ(pieces[n].views, ends[n % 3 + 1] - ends[n % 3]);
  }
  EXPECT_EQ(Pieces(at::empty({4, 32})).count(), 4);
  EXPECT_EQ(Pieces(at::empty({4, 1})).count(), 4);
}

TEST(Pieces, AreTakenOnceEachByAnyNumberOfThreads) {
  for (const int threads : {1, 2, 3, 8}) {
    const Threads at_work(threads);
    std::array<int, 6> taken = {};
    Pieces(at::empty({lanes, views})).for_each([&](const Piece& piece) {
      ++taken[piece.lane * 3 + piece.index];
    });
    EXPECT_EQ(taken, (std::array<int, 6>{1, 1, 1, 1, 1, 1})) << threads;
  }
}

/// What an operation gives for some views: tensors [K, V, ...], and sums over the views, [K, ...].
struct Outcome {
  std::vector<at::Tensor> of_views, sums;
  std::vector<at::Tensor> double_sums = {};  // rounded to float when all pieces are in
};

/// An operation on x [K, V, ...], backward from dy.
using Operation = Outcome (*)(const at::Tensor& x, const at::Tensor& dy);

Outcome block_by(Convolution convolution, const at::Tensor& x, const at::Tensor& dy) {
  const BlockWeights w = {
      normals({lanes, 8}, 1, at::kFloat),           normals({lanes, 8}, 2, at::kFloat),
      normals({lanes, 16, 8, 3, 3}, 3, at::kFloat), normals({lanes, 16}, 4, at::kFloat),
      normals({lanes, 16}, 5, at::kFloat),          normals({lanes, 16, 16, 3, 3}, 6, at::kFloat)};
  BlockOptions options{2, 4};
  options.convolution = convolution;
  const BlockForward f = residual_block(x, w, options);
  const BlockGradients g = residual_block_backward(dy, x, f.state, w, options, true, true);
  const BlockWeights& s = g.weights;
  return {{f.y, f.state.inner, f.state.moments1, f.state.moments2, g.input},
          {s.conv1, s.conv2},
          {s.norm1_scale, s.norm1_shift, s.norm2_scale, s.norm2_shift}};
}

Outcome block(const at::Tensor& x, const at::Tensor& dy) {
  Outcome by_hand = block_by(Convolution::winograd4, x, dy);
  for (at::Tensor& sum : by_hand.double_sums) by_hand.sums.push_back(sum);
  by_hand.double_sums.clear();
  return by_hand;
}

Outcome library_block(const at::Tensor& x, const at::Tensor& dy) {
  return block_by(Convolution::libtorch, x, dy);
}

/// The same with one weight for all lanes, as a training and a step's first pass have it.
Outcome shared_block(const at::Tensor& x, const at::Tensor& dy) {
  const auto shared = [](at::IntArrayRef sizes, uint64_t subject) {
    std::vector<int64_t> of_all = {lanes};
    of_all.insert(of_all.end(), sizes.begin(), sizes.end());
    return normals(sizes, subject, at::kFloat).unsqueeze(0).expand(of_all);
  };
  const BlockWeights w = {shared({8}, 1), shared({8}, 2), shared({8, 8, 3, 3}, 3),
                          shared({8}, 4), shared({8}, 5), shared({8, 8, 3, 3}, 6)};
  const BlockOptions options{1, 4};
  const BlockForward f = residual_block(x, w, options);
  const BlockGradients g = residual_block_backward(dy, x, f.state, w, options, true, true);
  return {{f.y, g.input}, {g.weights.norm1_scale, g.weights.conv1, g.weights.conv2}};
}

HeadWeights head_weights(int64_t channels) {
  return {normals({lanes, channels}, 1, at::kFloat), normals({lanes, channels}, 2, at::kFloat),
          normals({lanes, 5, channels}, 3, at::kFloat), normals({lanes, 5}, 4, at::kFloat)};
}

Outcome closing(const at::Tensor& x, const at::Tensor& dy) {
  const HeadWeights w = head_weights(8);
  const HeadForward f = head(x, w, 4);
  const HeadGradients g = head_backward(dy, x, f.state, w, 4, true);
  return {{f.logits, f.state.pooled, f.state.moments, g.input},
          {g.weights.norm_scale, g.weights.norm_shift, g.weights.weight, g.weights.bias}};
}

/// Of a number of channels that the kernels do not know.
Outcome library_closing(const at::Tensor& x, const at::Tensor& dy) {
  const HeadWeights w = head_weights(6);
  const HeadForward f = head(x, w, 3);
  const HeadGradients g = head_backward(dy, x, f.state, w, 3, true);
  return {{f.logits, f.state.pooled, f.state.moments, g.input},
          {},
          {g.weights.norm_scale, g.weights.norm_shift, g.weights.weight, g.weights.bias}};
}

Outcome opening(const at::Tensor& x, const at::Tensor& dy) {
  const at::Tensor w = normals({lanes, dy.size(-1), 3, 3, 3}, 1, at::kFloat);
  return {{stem(x, w, 1)}, {stem_backward(dy, x, w, 1)}};
}

struct Case {
  const char* name;
  Operation operation;
  std::vector<int64_t> x, dy;  // shape of one view

  at::Tensor input() const { return made(x, 11); }
  at::Tensor gradient() const { return made(dy, 12); }

 private:
  static at::Tensor made(const std::vector<int64_t>& of_view, uint64_t subject) {
    std::vector<int64_t> sizes = {lanes, views};
    sizes.insert(sizes.end(), of_view.begin(), of_view.end());
    return normals(sizes, subject, at::kFloat);
  }
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

class InPieces : public testing::TestWithParam<Case> {};

void expect_equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].equal(b[i])) << i;
}

TEST_P(InPieces, AreTheSameBytesOnAnyNumberOfThreads) {
  const at::Tensor x = GetParam().input(), dy = GetParam().gradient();
  const Outcome on_one = GetParam().operation(x, dy);
  for (const int threads : {2, 3, 8}) {
    const Threads at_work(threads);
    const Outcome on_many = GetParam().operation(x, dy);
    expect_equal(on_many.of_views, on_one.of_views);
    expect_equal(on_many.sums, on_one.sums);
    expect_equal(on_many.double_sums, on_one.double_sums);
  }
}

TEST_P(InPieces, AreTheirPiecesAloneAddedUpInOrder) {
  const at::Tensor x = GetParam().input(), dy = GetParam().gradient();
  const Outcome all = GetParam().operation(x, dy);
  std::vector<at::Tensor> sums;
  for (size_t p = 0; p + 1 < ends.size(); ++p) {
    const auto piece = [&](const at::Tensor& t) { return t.narrow(1, ends[p], ends[p + 1] - ends[p]); };
    const Outcome alone = GetParam().operation(piece(x).contiguous(), piece(dy).contiguous());
    for (size_t i = 0; i < all.of_views.size(); ++i)
      EXPECT_TRUE(piece(all.of_views[i]).equal(alone.of_views[i])) << i;
    for (size_t i = 0; i < alone.sums.size(); ++i)
      p == 0 ? sums.push_back(alone.sums[i].clone()) : void(sums[i] += alone.sums[i]);
  }
  expect_equal(all.sums, sums);
}

INSTANTIATE_TEST_SUITE_P(Operations, InPieces,
                         testing::Values(Case{"block", block, {8, 8, 8}, {4, 4, 16}},
                                         Case{"block by LibTorch", library_block, {8, 8, 8}, {4, 4, 16}},
                                         Case{"block, shared weights", shared_block, {8, 8, 8}, {8, 8, 8}},
                                         Case{"head", closing, {4, 4, 8}, {5}},
                                         Case{"head by LibTorch", library_closing, {4, 4, 6}, {5}},
                                         Case{"stem by LibTorch", opening, {8, 8, 3}, {8, 8, 6}},
                                         Case{"stem", opening, {8, 8, 3}, {8, 8, 8}}));

}  // namespace
}  // namespace ttt::lanes
