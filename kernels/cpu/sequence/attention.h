#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/cpu/scratch.h"
#include "kernels/cpu/sequence/matrix.h"

// Attention with heads (Vaswani et al., NeurIPS 2017) in which each row sees a short list of intervals of
// rows:
//   out_t = sum over s seen by t of softmax over s (q_t . k_s / sqrt(head_width)) v_s, for each head.
// Rows in between cost little: 32 keys at a time are left out where no row of a small block sees them. What a
// row gets depends on the rows that it sees alone, to the bit.

namespace ttt::cpu {

/// Rows [begin, end); empty where begin = end.
struct Interval {
  int32_t begin = 0, end = 0;
};

struct AttentionShape {
  int64_t rows;   // T
  int64_t first;  // rows [first, T) ask; all T can be seen
  int heads, head_width;
  int per_row = 1;  // intervals of a row, which do not overlap
};

/// Row t of q, k and v [T, heads, head_width] begins at its matrix's row t. Intervals [T, per_row].
struct AttentionInput {
  ConstMatrix q, k, v;
  const Interval* intervals;
};

/// Row t sees [0, t + 1).
std::vector<Interval> causal_intervals(int64_t rows);

/// Floats of what attention_backward() needs besides input and output: the largest score of each row and head
/// and one over the sum of its powers.
inline int64_t softmax_floats(const AttentionShape& shape) { return 2 * shape.heads * shape.rows; }

/// Rows [first, T) of out [T, heads, head_width]; a row that sees nothing gets zeros.
void attention(const AttentionShape& shape, const AttentionInput& input, Matrix out, float* softmax,
               Scratch& scratch);

/// From dout, rows [first, T) of it: dq at those rows, dk and dv at all. They overlap nothing else.
void attention_backward(const AttentionShape& shape, const AttentionInput& input, ConstMatrix out,
                        const float* softmax, ConstMatrix dout, Matrix dq, Matrix dk, Matrix dv,
                        Scratch& scratch);

}  // namespace ttt::cpu
