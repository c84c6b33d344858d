#include "pipeline/documents/mixture.h"

#include <cmath>

namespace ttt {

std::vector<double> fixed_share_nats(std::span<const double> first, std::span<const double> second,
                                     double share, double start) {
  std::vector<double> nats;
  nats.reserve(first.size());
  double weight = start;
  for (size_t t = 0; t < first.size(); ++t) {
    const double mixed = weight * first[t] + (1 - weight) * second[t];
    nats.push_back(-std::log(mixed));
    weight = weight * first[t] / mixed;
    weight = (1 - share) * weight + share / 2;
  }
  return nats;
}

std::vector<double> constant_mixture_nats(std::span<const double> first, std::span<const double> second,
                                          double share) {
  std::vector<double> nats;
  nats.reserve(first.size());
  for (size_t t = 0; t < first.size(); ++t)
    nats.push_back(-std::log((1 - share) * first[t] + share * second[t]));
  return nats;
}

}  // namespace ttt
