#pragma once
// The door to LibTorch and the one precompiled header of every source that needs more than at::Tensor's
// declaration (ATen/core/Tensor.h). Not torch/torch.h: its module and optimiser classes are not used and cost
// 20 s a source.
#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/version.h>
