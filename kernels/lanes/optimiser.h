#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace ttt::lanes {

/// name -> [K, ...], one weight a lane; lane stride 0: shared by all.
using Weights = std::map<std::string, at::Tensor>;

/// Stochastic gradient descent with momentum and weight decay (PyTorch's convention: velocity = momentum x
/// velocity + gradient + decay x weight).
struct Sgd {
  double learning_rate = 1e-3;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// Adam (Kingma and Ba, ICLR 2015), bias-corrected, weight decay added to the gradient.
struct Adam {
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0;
};

/// Moments of every lane; empty at the start of an episode, so that nothing leaks from one sample to the
/// next.
struct OptimiserState {
  int step = 0;
  Weights first, second;
};

/// The moment of that name, made of zeros when first asked for.
at::Tensor moment(Weights& moments, const std::string& name, const at::Tensor& like);

/// Updates weights[name] for every name in `gradients`, in the lanes where `active` [K] (bool, where the
/// weights are) is set; the others keep their bytes. Returns the Euclidean norm of each lane's update over
/// all names, [K] float64 there too; 0 where inactive. On a GPU nothing waits for it.
at::Tensor update(const Sgd& sgd, OptimiserState& state, Weights& weights, const Weights& gradients,
                  const at::Tensor& active);
at::Tensor update(const Adam& adam, OptimiserState& state, Weights& weights, const Weights& gradients,
                  const at::Tensor& active);

/// Lanes whose values [K, ...] are finite in all of the tensors: [K] bool.
at::Tensor finite_lanes(const std::vector<at::Tensor>& tensors);

}  // namespace ttt::lanes
