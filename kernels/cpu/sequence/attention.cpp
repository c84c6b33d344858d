#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/attention.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>
#include <limits>

#include "kernels/cpu/sequence/attention.h"
#include "kernels/cpu/sequence/exponential_inl.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

// Scores of a block of rows are computed for chunks of kPanel keys: those that any of its rows sees, side by
// side. Keys that a row does not see weigh nothing, and adding nothing changes no bit: chunks begin at
// multiples of kPanel, so that a row's sums are the same in every block.

inline constexpr int64_t kBlockRows = 16;

/// Neighbouring chunks of keys, and where their scores begin.
struct Run {
  int64_t key, keys;  // the first, and how many there are (not those behind the last row)
  int64_t at;         // floats
};

/// What a block of rows sees.
struct Seen {
  std::vector<Run> runs;
  int64_t floats = 0;  // of a row of scores
};

class Heads {
 public:
  Heads(const AttentionShape& shape, const AttentionInput& input)
      : shape_(shape), input_(input), chunks_(panels_of(shape.rows)), marks_(static_cast<size_t>(chunks_)) {}

  int64_t chunks() const { return chunks_; }

  const Seen& seen(int64_t begin, int64_t end) {
    std::fill(marks_.begin(), marks_.end(), false);
    for (const Interval* i = intervals(begin); i != intervals(end); ++i)
      if (i->begin < i->end)
        std::fill(marks_.begin() + i->begin / kPanel, marks_.begin() + (i->end - 1) / kPanel + 1, true);
    seen_.runs.clear();
    seen_.floats = 0;
    for (int64_t c = 0; c < chunks_; ++c) {
      if (!marks_[static_cast<size_t>(c)]) continue;
      const int64_t keys = std::min<int64_t>(kPanel, shape_.rows - c * kPanel);
      if (c > 0 && marks_[static_cast<size_t>(c - 1)])
        seen_.runs.back().keys += keys;
      else
        seen_.runs.push_back({c * kPanel, keys, seen_.floats});
      seen_.floats += kPanel;
    }
    return seen_;
  }

  const Interval* intervals(int64_t row) const { return input_.intervals + row * shape_.per_row; }

 private:
  const AttentionShape& shape_;
  const AttentionInput& input_;
  int64_t chunks_;
  std::vector<char> marks_;
  Seen seen_;
};

/// scores [rows, ...] of a block = rows of a times the transposed panels of keys.
inline void block_scores(const Seen& seen, ConstMatrix a, int64_t rows, int width, const float* panels,
                         Matrix scores) {
  for (const Run& run : seen.runs)
    for (int64_t key = 0; key < run.keys; key += kPanel)
      multiply_panel<kWide>(Along{a.stride}, a.data, panels + (run.key + key) * width, rows, width,
                            Into::fresh, {scores.data + run.at + key, scores.stride}, kPanel);
}

/// The vectors of a row's scores: f(at, vector index in the run's keys, whether all are seen) ... with what
/// is not seen as minus infinity.
template <class F>
HWY_INLINE void for_scores(const Seen& seen, const Interval* intervals, int per_row, float scale,
                           const float* row, F&& f) {
  const Widest d;
  const auto factor = hn::Set(d, scale), nothing = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (const Run& run : seen.runs)
    for (int64_t k = 0; k < run.keys; k += kSimd<Widest>) {
      const int64_t key = run.key + k;
      auto score = hn::Mul(hn::Load(d, row + run.at + k), factor);
      bool whole = false;
      for (int i = 0; i < per_row; ++i)
        whole |= intervals[i].begin <= key && key + kSimd<Widest> <= intervals[i].end;
      if (!whole) {
        const auto index = hn::Iota(d, static_cast<float>(key));
        auto visible = nothing;
        for (int i = 0; i < per_row; ++i) {
          const auto inside = hn::And(hn::Ge(index, hn::Set(d, static_cast<float>(intervals[i].begin))),
                                      hn::Lt(index, hn::Set(d, static_cast<float>(intervals[i].end))));
          visible = hn::IfThenElse(inside, score, visible);
        }
        score = visible;
      }
      f(run.at + k, score);
    }
}

/// A block's scores become powers exp(score - largest); notes [rows, 2] get the largest and one over the sum.
/// What lies behind a run's keys becomes zero.
inline void block_softmax(const AttentionShape& shape, const Heads& heads, const Seen& seen, int64_t begin,
                          int64_t rows, float scale, Matrix scores, float* notes) {
  const Widest d;
  for (int64_t r = 0; r < rows; ++r) {
    float* row = scores.data + r * scores.stride;
    auto most = hn::Set(d, -std::numeric_limits<float>::infinity());
    for_scores(seen, heads.intervals(begin + r), shape.per_row, scale, row,
               [&](int64_t at, auto score) TTT_INLINED {
                 most = hn::Max(most, score);
                 hn::Store(score, d, row + at);
               });
    float largest = hn::GetLane(hn::MaxOfLanes(d, most));
    if (largest == -std::numeric_limits<float>::infinity()) largest = 0;
    const auto offset = hn::Set(d, largest);
    auto sum = hn::Zero(d);
    for (const Run& run : seen.runs)
      for (int64_t k = 0; k < run.keys; k += kSimd<Widest>) {
        const auto power = exponential(d, hn::Sub(hn::Load(d, row + run.at + k), offset));
        sum = hn::Add(sum, power);
        hn::Store(power, d, row + run.at + k);
      }
    const float total = hn::GetLane(hn::SumOfLanes(d, sum));
    notes[2 * r] = largest;
    notes[2 * r + 1] = total == 0 ? 0 : 1 / total;
  }
}

/// to [rows, width] = weights of a block times rows of keys, which lie in panels; each row times factors[r *
/// step].
inline void block_average(const Seen& seen, ConstMatrix weights, int64_t rows, int64_t keys, int width,
                          const float* panels, const float* factors, int64_t step, Matrix to) {
  const Widest d;
  const auto with_vectors = [&](auto vectors, int64_t column, const float* panel) {
    constexpr int K = vectors;
    in_pieces<kTileRows>(0, static_cast<int>(rows), [&](int first, auto piece) {
      constexpr int R = piece;
      Sums<Widest, R, K> sums;
      set_zero(d, sums);
      for (const Run& run : seen.runs)
        add_tile<R, K, kPanel>(d, Along{weights.stride}, weights.data + first * weights.stride + run.at,
                               panel + run.key * kPanel, run.keys, sums);
      if (factors)
        unroll<R>([&](auto r) TTT_INLINED {
          const auto factor = hn::Set(d, factors[(first + r) * step]);
          unroll<K>([&](auto k) TTT_INLINED { sums[r * K + k] = hn::Mul(sums[r * K + k], factor); });
        });
      store_tile<R, K>(d, sums, to.from_row(first).from_column(column), width - column);
    });
  };
  for (int64_t column = 0; column < width; column += kPanel, panels += keys * kPanel)
    if (width - column <= kSimd<Widest>)
      with_vectors(std::integral_constant<int, 1>{}, column, panels);
    else
      with_vectors(std::integral_constant<int, kWide>{}, column, panels);
}

/// All rows of x [rows, width] as panels of columns.
inline void pack_columns(ConstMatrix x, int64_t rows, int width, float* panels) {
  for (int64_t column = 0; column < width; column += kPanel, panels += rows * kPanel)
    pack(x.from_column(column), rows, std::min<int64_t>(kPanel, width - column), panels);
}

/// The same as panels of rows, transposed: a panel for each chunk of keys.
inline void pack_keys(ConstMatrix x, int64_t rows, int width, float* panels) {
  for (int64_t key = 0; key < rows; key += kPanel, panels += int64_t{kPanel} * width)
    pack_transposed(x.from_row(key), width, std::min<int64_t>(kPanel, rows - key), panels);
}

/// to [keys, width] += weights^T block, of the keys that are seen; block [rows, width] in panels of columns.
inline void add_to_keys(const Seen& seen, ConstMatrix weights, int64_t rows, int width, const float* panels,
                        Matrix to) {
  for (int64_t column = 0; column < width; column += kPanel, panels += rows * kPanel)
    for (const Run& run : seen.runs) {
      const Matrix c = to.from_row(run.key).from_column(column);
      const int64_t columns = std::min<int64_t>(kPanel, width - column);
      if (columns <= kSimd<Widest>)
        multiply_panel<1>(Across{weights.stride}, weights.data + run.at, panels, run.keys, rows, Into::added,
                          c, columns);
      else
        multiply_panel<kWide>(Across{weights.stride}, weights.data + run.at, panels, run.keys, rows,
                              Into::added, c, columns);
    }
}

inline float scale_of(const AttentionShape& shape) {
  return 1.0f / std::sqrt(static_cast<float>(shape.head_width));
}

void attend(const AttentionShape& shape, const AttentionInput& input, Matrix out, float* softmax,
            Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  const int width = shape.head_width;
  Heads heads(shape, input);
  float* keys = scratch.take(heads.chunks() * kPanel * width);
  float* values = scratch.take(shape.rows * panels_of(width) * kPanel);
  const Matrix scores{scratch.take(kBlockRows * heads.chunks() * kPanel), heads.chunks() * kPanel};
  for (int h = 0; h < shape.heads; ++h, softmax += 2 * shape.rows) {
    const int64_t column = int64_t{h} * width;
    pack_keys(input.k.from_column(column), shape.rows, width, keys);
    pack_columns(input.v.from_column(column), shape.rows, width, values);
    for (int64_t begin = shape.first; begin < shape.rows; begin += kBlockRows) {
      const int64_t rows = std::min(kBlockRows, shape.rows - begin);
      const Seen& seen = heads.seen(begin, begin + rows);
      float* notes = softmax + 2 * begin;
      block_scores(seen, input.q.from_row(begin).from_column(column), rows, width, keys, scores);
      block_softmax(shape, heads, seen, begin, rows, scale_of(shape), scores, notes);
      block_average(seen, scores, rows, shape.rows, width, values, notes + 1, 2,
                    out.from_row(begin).from_column(column));
    }
  }
}

/// Scores of a block become weights of the softmax again, and the gradients of the weights those of the
/// scores: dscore = weight (dweight - sum of weight dweight), and that sum is dout . out.
inline void block_gradients(const AttentionShape& shape, const Heads& heads, const Seen& seen, int64_t begin,
                            int64_t rows, ConstMatrix out, ConstMatrix dout, const float* notes,
                            Matrix scores, Matrix gradients) {
  const Widest d;
  const float scale = scale_of(shape);
  for (int64_t r = 0; r < rows; ++r) {
    const float *o = out.data + r * out.stride, *up = dout.data + r * dout.stride;
    auto products = hn::Zero(d);
    for_vectors(d, shape.head_width, [&](int64_t i, int64_t n) {
      products = hn::MulAdd(load_up_to(d, o + i, n), load_up_to(d, up + i, n), products);
    });
    const auto common = hn::SumOfLanes(d, products), factor = hn::Set(d, scale);
    const auto largest = hn::Set(d, notes[2 * r]), inverse = hn::Set(d, notes[2 * r + 1]);
    float *row = scores.data + r * scores.stride, *gradient = gradients.data + r * gradients.stride;
    for_scores(
        seen, heads.intervals(begin + r), shape.per_row, scale, row, [&](int64_t at, auto score) TTT_INLINED {
          const auto weight = hn::Mul(exponential(d, hn::Sub(score, largest)), inverse);
          const auto change = hn::Mul(hn::Mul(weight, hn::Sub(hn::Load(d, gradient + at), common)), factor);
          hn::Store(weight, d, row + at);
          hn::Store(change, d, gradient + at);
        });
  }
}

inline void clear_rows(int64_t rows, int width, Matrix x) {
  for (int64_t r = 0; r < rows; ++r) std::fill_n(x.data + r * x.stride, width, 0.0f);
}

void attend_backward(const AttentionShape& shape, const AttentionInput& input, ConstMatrix out,
                     const float* softmax, ConstMatrix dout, Matrix dq, Matrix dk, Matrix dv,
                     Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  const int width = shape.head_width;
  Heads heads(shape, input);
  const int64_t columns = panels_of(width) * kPanel, block = heads.chunks() * kPanel;
  float* keys = scratch.take(block * width);
  float* values = scratch.take(block * width);
  float* key_rows = scratch.take(shape.rows * columns);
  float* block_rows = scratch.take(kBlockRows * columns);
  const Matrix scores{scratch.take(kBlockRows * block), block},
      gradients{scratch.take(kBlockRows * block), block};
  for (int h = 0; h < shape.heads; ++h, softmax += 2 * shape.rows) {
    const int64_t column = int64_t{h} * width;
    const ConstMatrix k = input.k.from_column(column);
    const Matrix dkeys = dk.from_column(column), dvalues = dv.from_column(column);
    pack_keys(k, shape.rows, width, keys);
    pack_keys(input.v.from_column(column), shape.rows, width, values);
    pack_columns(k, shape.rows, width, key_rows);
    clear_rows(shape.rows, width, dkeys);
    clear_rows(shape.rows, width, dvalues);
    for (int64_t begin = shape.first; begin < shape.rows; begin += kBlockRows) {
      const int64_t rows = std::min(kBlockRows, shape.rows - begin);
      const Seen& seen = heads.seen(begin, begin + rows);
      const ConstMatrix q = input.q.from_row(begin).from_column(column),
                        up = dout.from_row(begin).from_column(column);
      block_scores(seen, q, rows, width, keys, scores);
      block_scores(seen, up, rows, width, values, gradients);
      block_gradients(shape, heads, seen, begin, rows, out.from_row(begin).from_column(column), up,
                      softmax + 2 * begin, scores, gradients);
      block_average(seen, gradients, rows, shape.rows, width, key_rows, nullptr, 0,
                    dq.from_row(begin).from_column(column));
      pack_columns(up, rows, width, block_rows);
      add_to_keys(seen, scores, rows, width, block_rows, dvalues);
      pack_columns(q, rows, width, block_rows);
      add_to_keys(seen, gradients, rows, width, block_rows, dkeys);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(attend);
HWY_EXPORT(attend_backward);

std::vector<Interval> causal_intervals(int64_t rows) {
  std::vector<Interval> intervals;
  for (int64_t t = 0; t < rows; ++t) intervals.push_back({0, static_cast<int32_t>(t + 1)});
  return intervals;
}

void attention(const AttentionShape& shape, const AttentionInput& input, Matrix out, float* softmax,
               Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(attend)(shape, input, out, softmax, scratch);
}

void attention_backward(const AttentionShape& shape, const AttentionInput& input, ConstMatrix out,
                        const float* softmax, ConstMatrix dout, Matrix dq, Matrix dk, Matrix dv,
                        Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(attend_backward)(shape, input, out, softmax, dout, dq, dk, dv, scratch);
}

}  // namespace ttt::cpu
#endif
