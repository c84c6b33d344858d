#pragma once
// The door to LibTorch's CUDA side, for sources of a CUDA build only.
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
