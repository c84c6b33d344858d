#pragma once
#include <cmath>
#include <cstdint>

// A kernel here is an aggregate with a member run(team): what the kThreads threads of one CUDA block do
// together, as a sequence of phases. Every thread finishes a phase before any begins the next, so within a
// phase no thread may read what another one writes in it. On the device a phase is executed by the thread
// itself and ended by a barrier (device_team.cuh); under an ordinary compiler a loop runs the threads one
// after the other (host_team.h). Both run the same tiles, the same indices and the same order of summation,
// so all of that is tested without a GPU.
//
// What a Team offers:
//   int64_t block()               number of this block in the grid
//   float* shared()               the block's shared memory, 16-byte aligned, not initialised
//   phase(f)                      f(thread) for every thread, then a barrier
//   PerThread<T>                  a T of each thread that outlives a phase: registers on the device
// and for what the 32 threads of a warp do together, within a phase written out:
//   each(f)                       f(thread) for every thread, no barrier
//   multiply_add<Number>(f)       one product of matrices by each warp (tensor_core.h), of the Fragments that
//                                 f(thread) gives
//   barrier()                     the end of the phase

#if defined(__CUDACC__)
#define TTT_DEVICE __device__ __forceinline__
#define TTT_ANYWHERE __host__ __device__ __forceinline__
#define TTT_UNROLL _Pragma("unroll")
#else
#define TTT_DEVICE inline
#define TTT_ANYWHERE inline
#define TTT_UNROLL
#endif

namespace ttt::cuda {

inline constexpr int kThreads = 256;  // of every block
/// Shared memory a block may ask for without special leave, 48 KB.
inline constexpr int kSharedFloats = 12 * 1024;

/// a * b + c, in one rounding on the device, which is built to contract nothing on its own (-fmad=false):
/// what is written as two operations is two everywhere, so kernels that must agree do.
TTT_DEVICE float multiply_add(float a, float b, float c) {
#if defined(__CUDA_ARCH__)
  return fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

/// Two and four neighbouring floats, read and written at once.
struct alignas(8) Pair {
  float at[2];
};
struct alignas(16) Quad {
  float at[4];
};

TTT_DEVICE const Quad& quad(const float* p) { return *reinterpret_cast<const Quad*>(p); }
TTT_DEVICE Quad& quad(float* p) { return *reinterpret_cast<Quad*>(p); }

/// Floats of every lane: lane k begins at data + k * stride. Stride 0: shared by all lanes.
struct LaneFloats {
  const float* data = nullptr;
  int64_t stride = 0;
  TTT_ANYWHERE const float* lane(int64_t k) const { return data + k * stride; }
};

TTT_ANYWHERE constexpr int round_up(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }
TTT_ANYWHERE constexpr int least(int a, int b) { return a < b ? a : b; }
TTT_ANYWHERE constexpr int greatest(int a, int b) { return a > b ? a : b; }

}  // namespace ttt::cuda
