#include "tests/pipeline/votes/ballot_box.h"

#include <algorithm>
#include <cmath>

#include "kernels/draw.h"

namespace ttt {
namespace {

void set(Field& field, const Setting& setting) {
  if (auto* choice = std::get_if<Choice>(&field.target)) {
    const auto name = std::ranges::find(choice->names, std::get<std::string_view>(setting.second));
    choice->set(static_cast<size_t>(name - choice->names.begin()));
  } else if (auto* flag = std::get_if<bool*>(&field.target)) {
    **flag = std::get<bool>(setting.second);
  } else if (auto* integer = std::get_if<int*>(&field.target)) {
    **integer = std::get<int>(setting.second);
  } else {
    *std::get<double*>(field.target) = std::get<double>(setting.second);
  }
}

}  // namespace

BallotBox::BallotBox(std::vector<std::vector<float>> ballots) : rows(std::move(ballots)) {
  for (const auto& row : rows) flat_.insert(flat_.end(), row.begin(), row.end());
}

Ballots BallotBox::ballots() const {
  return {flat_, static_cast<int>(rows.size()), static_cast<int>(rows[0].size())};
}

BallotBox drawn_box(uint64_t seed, int count, int classes, double spread) {
  std::vector<std::vector<float>> rows(count, std::vector<float>(classes));
  for (int v = 0; v < count; ++v) {
    const Draw draw(seed, Purpose::init, static_cast<uint64_t>(v));
    for (int c = 0; c < classes; ++c) rows[v][c] = static_cast<float>(draw.uniform(c, -spread, spread));
  }
  return rows;
}

BallotBox box_of(const std::vector<std::vector<double>>& probabilities) {
  std::vector<std::vector<float>> rows;
  for (const auto& p : probabilities) {
    auto& row = rows.emplace_back();
    for (const double value : p) row.push_back(static_cast<float>(std::log(value)));
  }
  return rows;
}

std::vector<double> vote_for(int c, double confidence, int classes) {
  std::vector<double> p(classes, (1 - confidence) / (classes - 1));
  p[c] = confidence;
  return p;
}

BallotBox first(const BallotBox& box, int count) {
  return std::vector(box.rows.begin(), box.rows.begin() + count);
}

BallotBox backwards(const BallotBox& box) { return std::vector(box.rows.rbegin(), box.rows.rend()); }

Chosen chosen(std::string_view rule, std::initializer_list<Setting> settings) {
  Chosen chosen = choose(vote_alternatives(), rule);
  Fields fields = chosen.options.fields();
  for (const Setting& setting : settings) {
    const auto field = std::ranges::find(fields, setting.first, &Field::key);
    if (field == fields.end()) fail(ExitCode::internal, "{} has no key {}", rule, setting.first);
    set(*field, setting);
  }
  chosen.options.validate();
  return chosen;
}

Verdict decide(const Chosen& rule, const BallotBox& box) {
  return vote_rule_of(rule).decide(rule.options, box.ballots());
}

Verdict decide(std::string_view rule, const BallotBox& box, std::initializer_list<Setting> settings) {
  return decide(chosen(rule, settings), box);
}

std::vector<double> probability(const std::vector<float>& logits) {
  std::vector<double> p;
  double sum = 0;
  for (const float z : logits) sum += std::exp(static_cast<double>(z));
  for (const float z : logits) p.push_back(std::exp(static_cast<double>(z)) / sum);
  return p;
}

double distance(const Verdict& a, const Verdict& b) {
  const std::vector<double> p = probability(a.logits), q = probability(b.logits);
  double most = 0;
  for (size_t c = 0; c < p.size(); ++c)
    if (!(std::abs(p[c] - q[c]) <= most)) most = std::abs(p[c] - q[c]);
  return most;
}

int argmax(const std::vector<double>& values) {
  return static_cast<int>(std::ranges::max_element(values) - values.begin());
}

std::vector<int> counts(const BallotBox& box) {
  std::vector<int> votes(box.rows[0].size());
  for (const auto& row : box.rows) ++votes[argmax(probability(row))];
  return votes;
}

std::vector<double> mean_probability(const BallotBox& box) {
  std::vector<double> mean(box.rows[0].size());
  for (const auto& row : box.rows) {
    const std::vector<double> p = probability(row);
    for (size_t c = 0; c < p.size(); ++c) mean[c] += p[c] / static_cast<double>(box.rows.size());
  }
  return mean;
}

}  // namespace ttt
