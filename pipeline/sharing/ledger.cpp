#include "pipeline/sharing/ledger.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <random>

namespace ttt {

Ledger::Ledger(int64_t units, int ranks)
    : units_(units), waiting_(static_cast<size_t>(units)), ranks_(static_cast<size_t>(ranks)) {
  std::iota(waiting_.begin(), waiting_.end(), int64_t{0});
}

void Ledger::skip(int64_t unit) {
  const auto place = std::lower_bound(waiting_.begin(), waiting_.end(), unit);
  assert(place != waiting_.end() && *place == unit);
  waiting_.erase(place);
  ++finished_;
}

void Ledger::shuffle(uint64_t seed) { std::shuffle(waiting_.begin(), waiting_.end(), std::mt19937_64(seed)); }

std::vector<int64_t> Ledger::held() const {
  std::vector<int64_t> units;
  for (const Rank& rank : ranks_) units.insert(units.end(), rank.held.begin(), rank.held.end());
  return units;
}

void Ledger::ask(int rank) { ++ranks_[rank].asks; }

std::vector<Ledger::Grant> Ledger::grant() {
  std::vector<Grant> grants;
  for (const bool reserve : {false, true}) {  // ranks that stand idle come first
    for (size_t i = 0; i < ranks_.size(); ++i) {
      Rank& rank = ranks_[i];
      const size_t keep = reserve ? ranks_.size() : 0;
      if (closed_ || rank.asks == 0 || rank.held.empty() == reserve || waiting_.size() <= keep) continue;
      grants.push_back({static_cast<int>(i), waiting_.front()});
      rank.held.push_back(waiting_.front());
      waiting_.pop_front();
      --rank.asks;
    }
  }
  return grants;
}

void Ledger::finish(int rank, int64_t unit) {
  release(rank, unit);
  ++finished_;
}

void Ledger::give_back(int rank, int64_t unit) {
  release(rank, unit);
  waiting_.push_front(unit);
}

bool Ledger::settled() const {
  const bool idle =
      std::all_of(ranks_.begin(), ranks_.end(), [](const Rank& rank) { return rank.held.empty(); });
  return idle && (closed_ || waiting_.empty());
}

void Ledger::release(int rank, int64_t unit) {
  [[maybe_unused]] const auto erased = std::erase(ranks_[rank].held, unit);
  assert(erased == 1);
}

}  // namespace ttt
