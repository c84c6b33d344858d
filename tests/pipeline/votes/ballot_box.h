#pragma once
#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pipeline/votes/registry.h"

namespace ttt {

/// Ballots with the numbers that they point to.
struct BallotBox {
  std::vector<std::vector<float>> rows;  // logits of each ballot

  BallotBox(std::vector<std::vector<float>> ballots);
  Ballots ballots() const;

 private:
  std::vector<float> flat_;
};

/// Drawn logits in [-spread, spread): few ballots of few classes often have equally many votes.
BallotBox drawn_box(uint64_t seed, int count, int classes, double spread = 3);

/// Ballots whose probabilities are these.
BallotBox box_of(const std::vector<std::vector<double>>& probabilities);

/// Surely class c, to different degrees: p(c) = confidence, the rest evenly among the others.
std::vector<double> vote_for(int c, double confidence, int classes = 3);

BallotBox first(const BallotBox& box, int count);
BallotBox backwards(const BallotBox& box);

/// What a job spec says beside the rule's name.
using Setting = std::pair<std::string_view, std::variant<bool, int, double, std::string_view>>;

Chosen chosen(std::string_view rule, std::initializer_list<Setting> settings = {});
Verdict decide(const Chosen& rule, const BallotBox& box);
Verdict decide(std::string_view rule, const BallotBox& box, std::initializer_list<Setting> settings = {});

/// The largest difference between the two's probabilities; NaN where one is.
double distance(const Verdict& a, const Verdict& b);

/// Independent of Tally: votes for each class [C], and the mean probabilities [C].
std::vector<int> counts(const BallotBox& box);
std::vector<double> mean_probability(const BallotBox& box);
std::vector<double> probability(const std::vector<float>& logits);
int argmax(const std::vector<double>& values);

}  // namespace ttt
