#pragma once
#include <cstdint>
#include <type_traits>

namespace ttt::cpu {

/// Rows or columns that a stride leaves of so many.
constexpr int strided(int size, int stride) { return (size + stride - 1) / stride; }

/// Where one image lies, for kernels that do not care: slice s (a vector of channels) of pixel (y, x) starts
/// at data + s * slice + y * row + x * column; strides in floats.
template <class T>
struct Strided {
  T* data;
  int64_t slice, row, column;
  T* at(int s, int y, int x) const { return data + s * slice + y * row + x * column; }
  operator Strided<const T>() const { return {data, slice, row, column}; }
};
using Pixels = Strided<float>;
using ConstPixels = Strided<const float>;

/// An image of a tensor [.., height, width, channels], in slices of `simd` channels.
template <class T>
Strided<T> tensor_pixels(T* image, int width, int channels, int simd) {
  return {image, simd, static_cast<int64_t>(width) * channels, channels};
}

/// Images in the kernels' own layout [images, slices, rows, columns, simd]. Pixel (0, 0) is at row 1, column
/// 1: the border is zero, so no convolution knows about edges, and at constant distances from its neighbours
/// whatever the number of channels.
struct Frame {
  float* data;
  int slices, rows, columns, simd;

  int64_t row() const { return static_cast<int64_t>(columns) * simd; }
  int64_t slice() const { return rows * row(); }
  int64_t image() const { return slices * slice(); }
  /// The border's corner of an image.
  float* corner(int64_t i) const { return data + i * image(); }
  Pixels pixels(int64_t i) const { return {corner(i) + row() + simd, slice(), row(), simd}; }
};

}  // namespace ttt::cpu
