#include "kernels/lanes/optimiser.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

// Element by element in a fixed order: a lane's bytes never depend on K or on how a library splits a tensor.
// Blocks of a constant number of elements become vectors; with -ffp-contract=off that changes no bit.

constexpr int64_t block = 16;

/// What one weight's update sees of one lane.
template <typename T>
struct Lane {
  const T* from;
  T* to;
  const T* gradient;
  T* first;  // moments, or null
  T* second;
  int64_t size;
};

/// The squared length of the step: adds change(i), which makes the update of element i, for all i.
template <typename Change>
double squared_length(int64_t size, Change&& change) {
  double sums[block] = {};
  int64_t i = 0;
  for (; i + block <= size; i += block)
    for (int64_t l = 0; l < block; ++l) {
      const auto c = static_cast<double>(change(i + l));
      sums[l] += c * c;
    }
  for (; i < size; ++i) {
    const auto c = static_cast<double>(change(i));
    sums[0] += c * c;
  }
  return std::accumulate(sums, sums + block, 0.0);
}

template <typename T>
double step(const Sgd& o, int /*step*/, const Lane<T>& lane) {
  const T rate = static_cast<T>(o.learning_rate), momentum = static_cast<T>(o.momentum),
          decay = static_cast<T>(o.weight_decay);
  const bool nesterov = o.nesterov;
  const T* __restrict from = lane.from, * __restrict gradient = lane.gradient;
  T* __restrict to = lane.to, * __restrict velocity = lane.first;
  if (!velocity)
    return squared_length(lane.size, [=](int64_t i) {
      const T change = rate * (gradient[i] + decay * from[i]);
      to[i] = from[i] - change;
      return change;
    });
  return squared_length(lane.size, [=](int64_t i) {
    const T g = gradient[i] + decay * from[i];
    const T v = momentum * velocity[i] + g;
    const T change = rate * (nesterov ? g + momentum * v : v);
    velocity[i] = v;
    to[i] = from[i] - change;
    return change;
  });
}

template <typename T>
double step(const Adam& o, int step, const Lane<T>& lane) {
  const T beta1 = static_cast<T>(o.beta1), beta2 = static_cast<T>(o.beta2),
          epsilon = static_cast<T>(o.epsilon), decay = static_cast<T>(o.weight_decay);
  const T rate = static_cast<T>(o.learning_rate / (1 - std::pow(o.beta1, step)));
  const T bias = static_cast<T>(1 / (1 - std::pow(o.beta2, step)));
  const T* __restrict from = lane.from, * __restrict gradient = lane.gradient;
  T* __restrict to = lane.to, * __restrict first = lane.first, * __restrict second = lane.second;
  return squared_length(lane.size, [=](int64_t i) {
    const T g = gradient[i] + decay * from[i];
    first[i] = beta1 * first[i] + (1 - beta1) * g;
    second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    const T change = rate * first[i] / (std::sqrt(bias * second[i]) + epsilon);
    to[i] = from[i] - change;
    return change;
  });
}

/// A finite value times zero is zero, any other is not a number.
template <typename T>
bool all_finite(const T* values, int64_t size) {
  T sums[block] = {};
  int64_t i = 0;
  for (; i + block <= size; i += block)
    for (int64_t l = 0; l < block; ++l) sums[l] += values[i + l] * T(0);
  for (; i < size; ++i) sums[0] += values[i] * T(0);
  return std::all_of(sums, sums + block, [](T sum) { return sum == 0; });
}

template <typename Rule>
at::Tensor update_all(const Rule& rule, bool first, bool second, OptimiserState& state, Weights& weights,
                      const Weights& gradients, const at::Tensor& active) {
  const int64_t lanes = active.size(0);
  const bool* is_active = active.const_data_ptr<bool>();
  at::Tensor norms = at::zeros({lanes}, at::kDouble);
  double* norm = norms.mutable_data_ptr<double>();
  ++state.step;
  for (const auto& [name, gradient] : gradients) {
    const at::Tensor g = gradient.contiguous();
    // New memory: shared weights become one a lane, and autograd's leaf stays as it was.
    const at::Tensor from = contiguous_lanes(weights.at(name).detach().expand(g.sizes()));
    const at::Tensor to = at::empty_like(g);
    const at::Tensor m1 = first ? moment(state.first, name, g) : at::Tensor();
    const at::Tensor m2 = second ? moment(state.second, name, g) : at::Tensor();
    const int64_t size = g.numel() / lanes;
    AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "update", [&] {
      const auto at_lane = [&](const at::Tensor& x, int64_t k) {
        return x.defined() ? x.mutable_data_ptr<scalar_t>() + k * size : nullptr;
      };
      for_each_task(lanes, [&](int64_t k) {
        const scalar_t* source = from.const_data_ptr<scalar_t>() + k * from.stride(0);
        if (is_active[k])
          norm[k] += step(rule, state.step,
                          Lane<scalar_t>{source, at_lane(to, k), g.const_data_ptr<scalar_t>() + k * size,
                                         at_lane(m1, k), at_lane(m2, k), size});
        else
          std::copy_n(source, size, at_lane(to, k));
      });
    });
    weights[name] = to;
  }
  for (int64_t k = 0; k < lanes; ++k) norm[k] = std::sqrt(norm[k]);
  return norms;
}

}  // namespace

at::Tensor moment(Weights& moments, const std::string& name, const at::Tensor& like) {
  const auto [it, fresh] = moments.try_emplace(name);
  if (fresh) it->second = at::zeros_like(like, like.options(), at::MemoryFormat::Contiguous);
  return it->second;
}

at::Tensor update(const Sgd& sgd, OptimiserState& state, Weights& weights, const Weights& gradients,
                  const at::Tensor& active) {
  if (const auto* cuda = cuda_operations_for(active))
    return cuda->update_sgd(sgd, state, weights, gradients, active);
  return update_all(sgd, sgd.momentum != 0, false, state, weights, gradients, active);
}

at::Tensor update(const Adam& adam, OptimiserState& state, Weights& weights, const Weights& gradients,
                  const at::Tensor& active) {
  if (const auto* cuda = cuda_operations_for(active))
    return cuda->update_adam(adam, state, weights, gradients, active);
  return update_all(adam, true, true, state, weights, gradients, active);
}

at::Tensor finite_lanes(const std::vector<at::Tensor>& tensors) {
  if (const auto* cuda = cuda_operations_for(tensors.front())) return cuda->finite_lanes(tensors);
  const int64_t lanes = tensors.front().size(0);
  const at::Tensor finite = at::ones({lanes}, at::kBool);
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor x = tensor.contiguous();
    const int64_t size = x.numel() / lanes;
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "finite_lanes", [&] {
      for_each_task(lanes, [&](int64_t k) {
        finite.mutable_data_ptr<bool>()[k] &= all_finite(x.const_data_ptr<scalar_t>() + k * size, size);
      });
    });
  }
  return finite;
}

}  // namespace ttt::lanes
