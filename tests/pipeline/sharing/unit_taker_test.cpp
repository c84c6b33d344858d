#include "pipeline/sharing/unit_taker.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace ttt {
namespace {

using Kind = ShareMessage::Kind;

/// A dispatcher whose messages are written beforehand; it ends when a unit is given back.
struct ScriptedLink final : Link {
  explicit ScriptedLink(std::deque<ShareMessage> messages) : script(std::move(messages)) {}

  void send(const ShareMessage& message) override {
    sent.push_back(message);
    if (message.kind == Kind::give_back) script.push_back({.kind = Kind::verdict});
  }
  std::optional<ShareMessage> receive() override {
    ++looks;
    if (script.empty()) return std::nullopt;
    const ShareMessage message = script.front();
    script.pop_front();
    return message;
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const ShareMessage& message : sent) all.push_back(message.kind);
    return all;
  }

  std::deque<ShareMessage> script;
  std::vector<ShareMessage> sent;
  int looks = 0;
};

const std::vector<Unit> units{{70, 5, "first"}, {71, 5, "second"}};
const ShareMessage grant{.kind = Kind::grant, .unit = 1};
const ShareMessage verdict{.kind = Kind::verdict};

TEST(UnitTaker, AsksForTheNextUnitBeforeItWorksOnThePresentOne) {
  ScriptedLink link({grant});
  std::vector<Kind> before_work;
  const UnitWork work = [&](const Unit& unit, Attempt&) {
    EXPECT_EQ(unit.id, 71);
    before_work = link.kinds();
    link.script = {verdict};
    return std::string("note");
  };
  UnitTaker(link, units, {}, work).run();
  EXPECT_EQ(before_work, (std::vector{Kind::ask, Kind::ask}));
  EXPECT_EQ(link.kinds(), (std::vector{Kind::ask, Kind::ask, Kind::done, Kind::bye}));
  EXPECT_EQ(link.sent[2].text, "note");
}

TEST(UnitTaker, GivesBackAUnitThatComesAfterAStop) {
  ScriptedLink link({{.kind = Kind::drain}, grant});
  UnitTaker(link, units, {}, [](const Unit&, Attempt&) { return std::string(); }).run();
  EXPECT_EQ(link.kinds(), (std::vector{Kind::ask, Kind::give_back, Kind::bye}));
}

TEST(UnitTaker, LooksSeldomWhileItWorks) {
  constexpr int questions = 100'000;
  ScriptedLink link({grant});
  const UnitWork work = [&](const Unit&, Attempt& attempt) {
    link.looks = 0;
    for (int i = 0; i < questions; ++i) EXPECT_FALSE(attempt.drop_now());
    EXPECT_LT(link.looks, questions / 10);
    link.script = {verdict};
    return std::string();
  };
  UnitTaker(link, units, {}, work).run();
}

TEST(UnitTaker, ReportsWhatTheWorkThrew) {
  ScriptedLink link({grant});
  const UnitWork work = [&](const Unit&, Attempt&) -> std::string {
    link.script = {verdict};
    throw Error(ExitCode::io, "two\nlines");
  };
  UnitTaker(link, units, {}, work).run();
  EXPECT_EQ(link.sent[2].kind, Kind::failed);
  EXPECT_EQ(link.sent[2].code, ExitCode::io);
  EXPECT_EQ(link.sent[2].unit, 1);
  EXPECT_EQ(link.sent[2].text, "two lines");
}

}  // namespace
}  // namespace ttt
