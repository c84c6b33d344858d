#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace ttt::lanes {

// A gradient as a list of tensors [K, ...], one vector a lane over all of them; a tensor may be shared by all
// lanes (layout.h). Sums are in double, in an order that depends on the shapes of a lane alone.

/// Inner product of each lane, [K] float64; tensors a[i] and b[i] have one shape and type.
at::Tensor inner(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);

/// The same by library calls, for the memory of a GPU.
at::Tensor composed_inner(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);

/// Cosine of the angle between the vectors of each lane, [K] float64; 0 where one of them is zero.
at::Tensor cosine(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);

/// radius x g / ||g|| in each lane, like `gradients`: the step to the sharpest neighbour (SAM: Foret et al.,
/// ICLR 2021, eq. 2 with p = 2). A zero gradient gives zero; a lane that is not finite stays not finite.
std::vector<at::Tensor> perturbation(const std::vector<at::Tensor>& gradients, double radius);

/// g / ||g|| in each lane, likewise.
std::vector<at::Tensor> normalised(const std::vector<at::Tensor>& gradients);

}  // namespace ttt::lanes
