#pragma once
#include <cstdint>

#include "kernels/cpu/sequence/matrix.h"

namespace ttt::cpu {

/// What a table of rows is read for: `per_row` of its rows are added up for each row of the result (one for a
/// token of a text; colours, place and example for a cell of a puzzle), indices [rows, per_row].
struct Lookup {
  int64_t rows, width;
  int64_t per_row = 1;
  const int32_t* indices = nullptr;
};

/// x [rows, width] = sums of rows of the table.
void embed(const Lookup& lookup, ConstMatrix table, Matrix x);

/// dtable += dx at the rows that were read, rows of x in order.
void embed_backward(const Lookup& lookup, ConstMatrix dx, Matrix dtable);

}  // namespace ttt::cpu
