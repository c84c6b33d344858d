#include "pipeline/sharing/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ttt {
namespace {

std::vector<Ledger::Grant> asked(Ledger& ledger, int rank) {
  ledger.ask(rank);
  return ledger.grant();
}

TEST(Ledger, GrantsUnitsInOrder) {
  Ledger ledger(10, 2);
  EXPECT_EQ(asked(ledger, 1), (std::vector<Ledger::Grant>{{1, 0}}));
  EXPECT_EQ(asked(ledger, 0), (std::vector<Ledger::Grant>{{0, 1}}));
}

TEST(Ledger, GrantsOneUnitForEachQuestion) {
  Ledger ledger(10, 2);
  asked(ledger, 0);
  EXPECT_TRUE(ledger.grant().empty());
  EXPECT_EQ(asked(ledger, 0), (std::vector<Ledger::Grant>{{0, 1}}));
}

TEST(Ledger, IdleRanksComeBeforeThoseThatWantAReserve) {
  Ledger ledger(10, 2);
  asked(ledger, 0);
  ledger.ask(0);
  ledger.ask(1);
  EXPECT_EQ(ledger.grant(), (std::vector<Ledger::Grant>{{1, 1}, {0, 2}}));
}

TEST(Ledger, TheLastUnitsGoOnlyToIdleRanks) {
  Ledger ledger(3, 2);
  asked(ledger, 0);
  EXPECT_TRUE(asked(ledger, 0).empty());  // two units left for two ranks: none in reserve
  EXPECT_EQ(asked(ledger, 1), (std::vector<Ledger::Grant>{{1, 1}}));
  ledger.finish(0, 0);
  EXPECT_EQ(ledger.grant(), (std::vector<Ledger::Grant>{{0, 2}}));
}

TEST(Ledger, AUnitGivenBackIsGrantedAgain) {
  Ledger ledger(1, 2);
  asked(ledger, 0);
  ledger.give_back(0, 0);
  EXPECT_FALSE(ledger.settled());
  EXPECT_EQ(asked(ledger, 1), (std::vector<Ledger::Grant>{{1, 0}}));
}

TEST(Ledger, AClosedOneGrantsNothingAndSettlesWhenNobodyHoldsAUnit) {
  Ledger ledger(3, 2);
  asked(ledger, 0);
  ledger.close();
  EXPECT_TRUE(asked(ledger, 1).empty());
  EXPECT_FALSE(ledger.settled());
  ledger.finish(0, 0);
  EXPECT_TRUE(ledger.settled());
  EXPECT_FALSE(ledger.complete());
  EXPECT_EQ(ledger.finished(), 1);
}

TEST(Ledger, AUnitFinishedBeforeIsGrantedToNobodyAndCountsAsFinished) {
  Ledger ledger(2, 1);
  ledger.skip(0);
  EXPECT_EQ(asked(ledger, 0), (std::vector<Ledger::Grant>{{0, 1}}));
  ledger.finish(0, 1);
  EXPECT_TRUE(ledger.complete());
}

TEST(Ledger, WithoutUnitsIsCompleteAndSettled) {
  const Ledger ledger(0, 3);
  EXPECT_TRUE(ledger.settled());
  EXPECT_TRUE(ledger.complete());
}

/// Any ranks, any order of events: every unit is finished once and the ledger settles.
TEST(Ledger, FinishesEveryUnitOnceInAnyOrderOfEvents) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const int ranks = 1 + static_cast<int>(random() % 5);
    const int64_t units = random() % 20;
    Ledger ledger(units, ranks);
    std::vector<std::vector<int64_t>> held(ranks);
    std::vector<int> finished(units), asks(ranks);
    while (!ledger.settled()) {
      const int rank = static_cast<int>(random() % ranks);
      if (asks[rank] == 0 && held[rank].size() < 2) {
        ledger.ask(rank);
        ++asks[rank];
      } else if (!held[rank].empty() && random() % 4 == 0) {
        ledger.give_back(rank, held[rank].back());
        held[rank].pop_back();
      } else if (!held[rank].empty()) {
        ledger.finish(rank, held[rank].front());
        ++finished[held[rank].front()];
        held[rank].erase(held[rank].begin());
      }
      for (const auto& [to, unit] : ledger.grant()) {
        held[to].push_back(unit);
        --asks[to];
        ASSERT_LE(held[to].size(), 2u);
      }
    }
    EXPECT_TRUE(ledger.complete());
    EXPECT_EQ(finished, std::vector<int>(units, 1));
  }
}

TEST(Ledger, ShuffledGrantsEveryUnitThatIsLeftOnce) {
  Ledger ledger(50, 1);
  ledger.skip(7);
  ledger.shuffle(1);
  std::vector<int64_t> units;
  while (!ledger.complete()) {
    for (const Ledger::Grant& grant : asked(ledger, 0)) units.push_back(grant.unit);
    EXPECT_EQ(ledger.held(), std::vector<int64_t>{units.back()});
    ledger.finish(0, units.back());
  }
  EXPECT_FALSE(std::ranges::is_sorted(units));
  std::ranges::sort(units);
  EXPECT_EQ(units.size(), 49U);
  EXPECT_EQ(std::ranges::adjacent_find(units), units.end());
  EXPECT_EQ(std::ranges::find(units, 7), units.end());
}

}  // namespace
}  // namespace ttt
