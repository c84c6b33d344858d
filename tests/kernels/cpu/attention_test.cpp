#include "kernels/cpu/sequence/attention.h"

#include <cmath>
#include <limits>

#include "kernels/cpu/sequence/rotary.h"
#include "tests/kernels/cpu/sequence_case.h"

namespace ttt::cpu {
namespace {

class Attention : public OverInstructionSets {};
INSTANTIATE_TEST_SUITE_P(Cpu, Attention, testing::ValuesIn(available_instruction_sets()), isa_name);

/// q, k and v side by side as a layer has them, and their gradients.
struct Case {
  AttentionShape shape;
  std::vector<Interval> intervals;
  int64_t width, stride;
  Floats qkv, dout, out, softmax, dqkv;

  Case(const AttentionShape& s, std::vector<Interval> seen)
      : shape(s), intervals(std::move(seen)), width(int64_t{s.heads} * s.head_width), stride(3 * width + 1) {
    qkv = drawn(1, s.rows * stride);
    for (float& x : qkv) x *= 2;
    dout = drawn(2, s.rows * width);
    out.assign(dout.size(), 0.0f);
    dqkv.assign(qkv.size(), std::numeric_limits<float>::quiet_NaN());
    softmax.assign(static_cast<size_t>(softmax_floats(s)), 0.0f);
  }

  AttentionInput input() const {
    const ConstMatrix q{qkv.data(), stride};
    return {q, q.from_column(width), q.from_column(2 * width), intervals.data()};
  }
  void forward(Scratch& scratch) { attention(shape, input(), {out.data(), width}, softmax.data(), scratch); }
  void backward(Scratch& scratch) {
    const Matrix d{dqkv.data(), stride};
    attention_backward(shape, input(), {out.data(), width}, softmax.data(), {dout.data(), width}, d,
                       d.from_column(width), d.from_column(2 * width), scratch);
  }
  bool sees(int64_t t, int64_t s) const {
    for (int i = 0; i < shape.per_row; ++i) {
      const Interval& seen = intervals[static_cast<size_t>(t * shape.per_row + i)];
      if (seen.begin <= s && s < seen.end) return true;
    }
    return false;
  }
};

/// The same over all rows with a mask, in double: what comes out and the gradients of dout . out.
struct Masked {
  std::vector<double> out, dqkv;

  explicit Masked(const Case& c) : out(c.out.size()), dqkv(c.qkv.size()) {
    const auto at = [&](int64_t row, int64_t column) { return static_cast<size_t>(row * c.stride + column); };
    const int64_t rows = c.shape.rows, width = c.shape.head_width;
    const double scale = 1 / std::sqrt(static_cast<double>(width));
    for (int64_t h = 0; h < c.shape.heads; ++h)
      for (int64_t t = c.shape.first; t < rows; ++t) {
        const int64_t q = h * width, k = c.width + q, v = c.width + k;
        std::vector<double> weight(static_cast<size_t>(rows)), slope(weight);
        double sum = 0, common = 0;
        for (int64_t s = 0; s < rows; ++s) {
          if (!c.sees(t, s)) continue;
          double score = 0;
          for (int64_t i = 0; i < width; ++i)
            score += static_cast<double>(c.qkv[at(t, q + i)]) * static_cast<double>(c.qkv[at(s, k + i)]);
          sum += weight[static_cast<size_t>(s)] = std::exp(score * scale);
        }
        for (int64_t s = 0; s < rows; ++s) {
          double& w = weight[static_cast<size_t>(s)];
          if (w == 0) continue;
          w /= sum;
          for (int64_t i = 0; i < width; ++i) {
            const double up = c.dout[static_cast<size_t>(t * c.width + q + i)];
            out[static_cast<size_t>(t * c.width + q + i)] += w * static_cast<double>(c.qkv[at(s, v + i)]);
            slope[static_cast<size_t>(s)] += up * static_cast<double>(c.qkv[at(s, v + i)]);
            dqkv[at(s, v + i)] += w * up;
          }
          common += w * slope[static_cast<size_t>(s)];
        }
        for (int64_t s = 0; s < rows; ++s) {
          const double dscore =
              weight[static_cast<size_t>(s)] * (slope[static_cast<size_t>(s)] - common) * scale;
          for (int64_t i = 0; i < width; ++i) {
            dqkv[at(t, q + i)] += dscore * static_cast<double>(c.qkv[at(s, k + i)]);
            dqkv[at(s, k + i)] += dscore * static_cast<double>(c.qkv[at(t, q + i)]);
          }
        }
      }
  }
};

/// A puzzle's rows: all see the first rows, and their own example besides; one row sees nothing.
std::vector<Interval> two_intervals(int64_t rows) {
  std::vector<Interval> seen;
  for (int64_t t = 0; t < rows; ++t) {
    const auto own = static_cast<int32_t>(t / 23 * 23);
    seen.push_back({0, std::min(own, 5)});
    seen.push_back(t == 3 ? Interval{}
                          : Interval{own, static_cast<int32_t>(std::min<int64_t>(own + 23, rows))});
  }
  return seen;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto& [rows, first, heads, width] : {std::tuple<int64_t, int64_t, int, int>{1, 0, 1, 1},
                                                  {70, 0, 2, 16},
                                                  {131, 77, 3, 6},
                                                  {64, 0, 1, 40},
                                                  {45, 44, 2, 33}}) {
    all.emplace_back(AttentionShape{rows, first, heads, width}, causal_intervals(rows));
    all.emplace_back(AttentionShape{rows, first, heads, width, 2}, two_intervals(rows));
  }
  return all;
}

TEST_P(Attention, ToIntervalsIsMaskedAttention) {
  for (Case& c : cases()) {
    const Masked exact(c);
    c.forward(scratch_);
    c.backward(scratch_);
    for (int64_t t = 0; t < c.shape.rows; ++t) {
      for (int64_t i = 0; i < c.width && t >= c.shape.first; ++i)
        ASSERT_NEAR(c.out[static_cast<size_t>(t * c.width + i)],
                    exact.out[static_cast<size_t>(t * c.width + i)], 3e-6);
      for (int64_t i = t < c.shape.first ? c.width : 0; i < 3 * c.width; ++i)
        ASSERT_NEAR(c.dqkv[static_cast<size_t>(t * c.stride + i)],
                    exact.dqkv[static_cast<size_t>(t * c.stride + i)], 2e-5);
    }
  }
}

TEST_P(Attention, ARowThatSeesNothingGetsNothing) {
  Case c({30, 0, 2, 8, 2}, two_intervals(30));
  c.forward(scratch_);
  c.backward(scratch_);
  for (int64_t i = 0; i < c.width; ++i) {
    EXPECT_EQ(c.out[static_cast<size_t>(3 * c.width + i)], 0);
    EXPECT_EQ(c.dqkv[static_cast<size_t>(3 * c.stride + i)], 0);
  }
}

// To the bit, whatever the rows are that it does not see, and however many others ask.
TEST_P(Attention, ARowDependsOnWhatItSeesAlone) {
  Case c({131, 0, 3, 6}, causal_intervals(131));
  c.forward(scratch_);
  for (const int64_t changed : {1, 17, 64, 130}) {
    Case other = c;
    for (int64_t i = 0; i < 3 * c.width; ++i) other.qkv[static_cast<size_t>(changed * c.stride + i)] = 7;
    other.shape.first = changed / 2;
    other.forward(scratch_);
    for (int64_t t = other.shape.first; t < changed; ++t)
      for (int64_t i = 0; i < c.width; ++i)
        ASSERT_EQ(other.out[static_cast<size_t>(t * c.width + i)],
                  c.out[static_cast<size_t>(t * c.width + i)]);
  }
}

TEST_P(Attention, KeepsItsBytesWhateverScratchHeld) {
  Case first({131, 20, 3, 6, 2}, two_intervals(131)), second = first;
  first.forward(scratch_);
  first.backward(scratch_);
  scratch_.fill(std::numeric_limits<float>::quiet_NaN());
  second.forward(scratch_);
  second.backward(scratch_);
  EXPECT_EQ(first.out, second.out);
  for (size_t i = 0; i < first.dqkv.size(); ++i)
    EXPECT_TRUE(first.dqkv[i] == second.dqkv[i] || (std::isnan(first.dqkv[i]) && std::isnan(second.dqkv[i])));
}

TEST_P(Attention, RotaryPositionsTellDistancesAlone) {
  for (const int width : {2, 6, 16, 64}) {
    Case here({40, 0, 2, width}, causal_intervals(40)), there = here;
    for (auto& [c, first] : {std::pair<Case&, int64_t>{here, 0}, {there, 100}}) {
      const RotaryTable table(40, width, 10'000, first);
      rotate(table, 0, 40, 2, Turn::forward, {c.qkv.data(), c.stride});
      rotate(table, 0, 40, 2, Turn::forward, {c.qkv.data() + c.width, c.stride});
      c.forward(scratch_);
    }
    EXPECT_NE(here.qkv, there.qkv);
    for (size_t i = 0; i < here.out.size(); ++i) EXPECT_NEAR(here.out[i], there.out[i], 1e-5);
  }
}

TEST_P(Attention, TurningBackUndoesATurn) {
  const RotaryTable table(5, 6, 10'000, 3);
  const Floats x = drawn(1, 5 * 12);
  Floats turned = x;
  rotate(table, 1, 5, 2, Turn::forward, {turned.data(), 12});
  EXPECT_TRUE(std::equal(x.begin(), x.begin() + 12, turned.begin()));  // the row before the first
  const double c = std::cos(4.0), s = std::sin(4.0);  // row 1 is position 4; pair 0 turns by that
  EXPECT_NEAR(turned[12], c * static_cast<double>(x[12]) - s * static_cast<double>(x[15]), 1e-6);
  EXPECT_NEAR(turned[15], s * static_cast<double>(x[12]) + c * static_cast<double>(x[15]), 1e-6);
  rotate(table, 1, 5, 2, Turn::backward, {turned.data(), 12});
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(turned[i], x[i], 1e-6);
}

}  // namespace
}  // namespace ttt::cpu
