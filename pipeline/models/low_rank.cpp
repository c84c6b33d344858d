#include "pipeline/models/low_rank.h"

#include <cmath>

#include "kernels/draw.h"
#include "kernels/torch.h"
#include "pipeline/models/operations.h"

namespace ttt {
namespace {

constexpr const char *a_ending = ".low_rank_a", *b_ending = ".low_rank_b";

}  // namespace

std::vector<std::string> factor_names(const std::vector<std::string>& names) {
  std::vector<std::string> factors;
  for (const std::string& name : names) {
    factors.push_back(name + a_ending);
    factors.push_back(name + b_ending);
  }
  return factors;
}

void add_factors(Weights& weights, const std::vector<std::string>& names, int rank,
                 const std::vector<int64_t>& ids, uint64_t seed) {
  const auto lanes = static_cast<int64_t>(ids.size());
  for (size_t n = 0; n < names.size(); ++n) {
    const at::Tensor& weight = weights.at(names[n]);
    const int64_t out = weight.size(1), in = weight.numel() / (weight.size(0) * out);
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    const at::Tensor a = at::empty({lanes, rank, in}, at::kFloat);
    for (int64_t k = 0; k < lanes; ++k) {
      const Draw draw(seed, Purpose::low_rank, static_cast<uint64_t>(ids[k]), static_cast<uint32_t>(n));
      for (int64_t i = 0; i < rank * in; ++i)
        a.mutable_data_ptr<float>()[k * rank * in + i] =
            static_cast<float>(draw.uniform(static_cast<uint32_t>(i), -bound, bound));
    }
    weights[names[n] + a_ending] = a.to(weight.options());
    weights[names[n] + b_ending] = at::zeros({lanes, out, rank}, weight.options());
  }
}

Weights with_products(const Weights& weights) {
  Weights summed;
  for (const auto& [name, weight] : weights) {
    if (name.ends_with(a_ending) || name.ends_with(b_ending)) continue;
    const auto a = weights.find(name + a_ending);
    summed[name] = a == weights.end()
                       ? weight
                       : operations::low_rank_sum(weight, weights.at(name + b_ending), a->second);
  }
  return summed;
}

}  // namespace ttt
