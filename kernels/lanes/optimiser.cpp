#include "kernels/lanes/optimiser.h"

#include <cmath>

#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

// Plain loops, one element at a time in a fixed order: a lane's bytes never depend on K or on how a library
// splits a tensor. With -ffp-contract=off the compiler may vectorise them without changing a bit.

/// What one weight's update sees of one lane.
template <typename T>
struct Lane {
  T* weight;
  const T* gradient;
  T* first;  // moments, or null
  T* second;
  int64_t size;
};

/// One update of one lane; returns the squared length of the step.
template <typename T>
double step(const Sgd& o, int /*step*/, const Lane<T>& lane) {
  const T rate = static_cast<T>(o.learning_rate), momentum = static_cast<T>(o.momentum),
          decay = static_cast<T>(o.weight_decay);
  double norm = 0;
  for (int64_t i = 0; i < lane.size; ++i) {
    T g = lane.gradient[i] + decay * lane.weight[i];
    if (lane.first) {
      lane.first[i] = momentum * lane.first[i] + g;
      g = o.nesterov ? g + momentum * lane.first[i] : lane.first[i];
    }
    const T change = rate * g;
    lane.weight[i] -= change;
    norm += static_cast<double>(change) * static_cast<double>(change);
  }
  return norm;
}

template <typename T>
double step(const Adam& o, int step, const Lane<T>& lane) {
  const T beta1 = static_cast<T>(o.beta1), beta2 = static_cast<T>(o.beta2),
          epsilon = static_cast<T>(o.epsilon), decay = static_cast<T>(o.weight_decay);
  const T rate = static_cast<T>(o.learning_rate / (1 - std::pow(o.beta1, step)));
  const T bias = static_cast<T>(1 / (1 - std::pow(o.beta2, step)));
  double norm = 0;
  for (int64_t i = 0; i < lane.size; ++i) {
    const T g = lane.gradient[i] + decay * lane.weight[i];
    lane.first[i] = beta1 * lane.first[i] + (1 - beta1) * g;
    lane.second[i] = beta2 * lane.second[i] + (1 - beta2) * g * g;
    const T change = rate * lane.first[i] / (std::sqrt(bias * lane.second[i]) + epsilon);
    lane.weight[i] -= change;
    norm += static_cast<double>(change) * static_cast<double>(change);
  }
  return norm;
}

/// The moment of that name, made of zeros when first asked for.
at::Tensor moment(Weights& moments, const std::string& name, const at::Tensor& like) {
  const auto [it, fresh] = moments.try_emplace(name);
  if (fresh) it->second = at::zeros_like(like, like.options(), at::MemoryFormat::Contiguous);
  return it->second;
}

template <typename Rule>
at::Tensor update_all(const Rule& rule, bool first, bool second, OptimiserState& state, Weights& weights,
                      const Weights& gradients, const std::vector<bool>& active) {
  const int64_t lanes = static_cast<int64_t>(active.size());
  at::Tensor norms = at::zeros({lanes}, at::kDouble);
  double* norm = norms.mutable_data_ptr<double>();
  ++state.step;
  for (const auto& [name, gradient] : gradients) {
    const at::Tensor g = gradient.contiguous();
    // A copy: shared weights become one a lane, and autograd's leaf stays as it was.
    const at::Tensor w = weights.at(name).detach().expand(g.sizes()).clone(at::MemoryFormat::Contiguous);
    const at::Tensor m1 = first ? moment(state.first, name, g) : at::Tensor();
    const at::Tensor m2 = second ? moment(state.second, name, g) : at::Tensor();
    const int64_t size = g.numel() / lanes;
    AT_DISPATCH_FLOATING_TYPES(w.scalar_type(), "update", [&] {
      for (int64_t k = 0; k < lanes; ++k) {
        if (!active[k]) continue;
        norm[k] += step(
            rule, state.step,
            Lane<scalar_t>{w.mutable_data_ptr<scalar_t>() + k * size, g.const_data_ptr<scalar_t>() + k * size,
                           first ? m1.mutable_data_ptr<scalar_t>() + k * size : nullptr,
                           second ? m2.mutable_data_ptr<scalar_t>() + k * size : nullptr, size});
      }
    });
    weights[name] = w;
  }
  for (int64_t k = 0; k < lanes; ++k) norm[k] = std::sqrt(norm[k]);
  return norms;
}

}  // namespace

at::Tensor update(const Sgd& sgd, OptimiserState& state, Weights& weights, const Weights& gradients,
                  const std::vector<bool>& active) {
  return update_all(sgd, sgd.momentum != 0, false, state, weights, gradients, active);
}

at::Tensor update(const Adam& adam, OptimiserState& state, Weights& weights, const Weights& gradients,
                  const std::vector<bool>& active) {
  return update_all(adam, true, true, state, weights, gradients, active);
}

}  // namespace ttt::lanes
