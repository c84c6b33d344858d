#include "pipeline/scores/tally.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/scores/prediction.h"

namespace ttt {
namespace {

int likeliest(const std::vector<double>& p) {
  return static_cast<int>(std::ranges::max_element(p) - p.begin());
}

}  // namespace

int vote_of(std::span<const float> logits) { return likeliest(softmax(logits)); }

void Tally::add(std::span<const float> logits, double weight) {
  const std::vector<double> p = softmax(logits);
  for (size_t c = 0; c < p.size(); ++c) probability_[c] += weight * p[c];
  votes_[likeliest(p)] += weight;
  weight_ += weight;
  ++cast_;
}

std::vector<float> Tally::mean_logits() const {
  constexpr double least = 1e-38;  // the smallest probability whose logarithm is kept apart from that of 0
  std::vector<float> logits;
  for (const double p : probability_)
    logits.push_back(static_cast<float>(std::log(std::max(p / weight_, least))));
  return logits;
}

int Tally::majority() const {
  int best = 0;
  for (int c = 1; c < static_cast<int>(votes_.size()); ++c) {
    if (std::pair(votes_[c], probability_[c]) > std::pair(votes_[best], probability_[best])) best = c;
  }
  return best;
}

double Tally::lead() const {
  const int best = majority();
  double next = 0;
  for (int c = 0; c < static_cast<int>(votes_.size()); ++c) {
    if (c != best) next = std::max(next, votes_[c]);
  }
  return votes_[best] - next;
}

}  // namespace ttt
