#pragma once
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/sequence/matrix.h"

// Products of dense matrices of a few hundred rows and columns, of any size. An element of the result is the
// sum of its terms in the order of the inner index, one fused multiply-add a term (where the instruction set
// has them), begun from zero or from what was there: no other row, column, address or thread has a say in it.

namespace ttt::cpu {

struct ProductSize {
  int64_t rows, inner, columns;
};

/// c [rows, columns] = a b, or c += a b; a [rows, inner], b [inner, columns]. Neither overlaps c.
void multiply(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c, Scratch& scratch);

/// c [rows, columns] = a b^T, b [columns, inner]: gradients of inputs, tied logits.
void multiply_transposed(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c,
                         Scratch& scratch);

/// c [rows, columns] = a^T b, a [inner, rows], b [inner, columns]: gradients of weights.
void multiply_outer(const ProductSize& size, ConstMatrix a, ConstMatrix b, Into into, Matrix c,
                    Scratch& scratch);

}  // namespace ttt::cpu
