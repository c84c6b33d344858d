#pragma once
#include <cstdint>
#include <string>

namespace ttt::lanes {

/// GPUs that this process can use; 0 in a build without CUDA.
int cuda_devices();

/// Makes a GPU the one that this process computes on, and library calls on it repeatable.
void choose_cuda_device(int index);

/// Returns once it has done all it was given.
void wait_for_cuda_device();

/// All of its memory, in bytes.
int64_t cuda_device_memory();

/// Its model, e.g. "NVIDIA H200"; "" where there is none.
std::string cuda_device_model();

}  // namespace ttt::lanes
