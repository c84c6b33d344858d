#pragma once
#include <cstdint>

namespace ttt::cpu {

/// GELU by tanh (Hendrycks and Gimpel, 2016): y = x / 2 (1 + tanh(u)), u = sqrt(2 / pi) (x + 0.044715 x^3).
void gelu(int64_t count, const float* x, float* y);

/// dx from dy, and y once more, so that nobody has to keep it. dx may be dy.
void gelu_backward(int64_t count, const float* x, const float* dy, float* y, float* dx);

/// SwiGLU (Shazeer, 2020): y [rows, width] = g / (1 + exp(-g)) u, with g and u the halves of x [rows, 2
/// width].
void swiglu(int64_t rows, int64_t width, const float* x, float* y);

/// dx [rows, 2 width] from dy [rows, width], and y once more.
void swiglu_backward(int64_t rows, int64_t width, const float* x, const float* dy, float* y, float* dx);

}  // namespace ttt::cpu
