#include "kernels/views.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <tuple>

namespace ttt {
namespace {

constexpr PixelScale unit{0.0f, 1.0f};

/// Bytes 0, 1, 2, ...: every pixel tells where it came from.
std::vector<uint8_t> counted(int size) {
  std::vector<uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  return bytes;
}

std::vector<int> view_bytes(const std::vector<uint8_t>& bytes, int h, int w, int c, const View& view,
                            PadMode pad) {
  std::vector<float> out(bytes.size(), -1.0f);
  make_views({bytes.data(), h, w, c}, std::span(&view, 1), pad, unit, out.data());
  std::vector<int> back;
  for (const float v : out) back.push_back(static_cast<int>(std::lround(v * 255.0f)));
  return back;
}

TEST(Views, ThePlainViewIsTheImage) {
  const auto bytes = counted(5 * 4 * 3);
  EXPECT_EQ(view_bytes(bytes, 5, 4, 3, {}, PadMode::zero), std::vector<int>(bytes.begin(), bytes.end()));
}

TEST(Views, OneQuarterTurnIsCounterClockwise) {
  //  0 1      1 3
  //  2 3  ->  0 2
  EXPECT_EQ(view_bytes(counted(4), 2, 2, 1, {.turns = 1}, PadMode::zero), (std::vector{1, 3, 0, 2}));
}

TEST(Views, FourQuarterTurnsAreNone) {
  auto bytes = counted(6 * 6);
  for (int turn = 0; turn < 4; ++turn) {
    const auto turned = view_bytes(bytes, 6, 6, 1, {.turns = 1}, PadMode::zero);
    bytes.assign(turned.begin(), turned.end());
  }
  EXPECT_EQ(bytes, counted(6 * 6));
}

TEST(Views, SeveralTurnsAreOneAfterTheOther) {
  const auto once = view_bytes(counted(25), 5, 5, 1, {.turns = 1}, PadMode::zero);
  const auto twice = view_bytes({once.begin(), once.end()}, 5, 5, 1, {.turns = 1}, PadMode::zero);
  const auto thrice = view_bytes({twice.begin(), twice.end()}, 5, 5, 1, {.turns = 1}, PadMode::zero);
  EXPECT_EQ(view_bytes(counted(25), 5, 5, 1, {.turns = 2}, PadMode::zero), twice);
  EXPECT_EQ(view_bytes(counted(25), 5, 5, 1, {.turns = 3}, PadMode::zero), thrice);
}

TEST(Views, AHalfTurnAndAMirrorWorkOnRectangles) {
  EXPECT_EQ(view_bytes(counted(6), 2, 3, 1, {.turns = 2}, PadMode::zero), (std::vector{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(view_bytes(counted(6), 2, 3, 1, {.flip = true}, PadMode::zero), (std::vector{2, 1, 0, 5, 4, 3}));
}

TEST(Views, AShiftBringsInBlackOrTheBorder) {
  // 1 2 / 3 4, seen one pixel further right
  const std::vector<uint8_t> bytes = {1, 2, 3, 4};
  EXPECT_EQ(view_bytes(bytes, 2, 2, 1, {.dx = 1}, PadMode::zero), (std::vector{2, 0, 4, 0}));
  EXPECT_EQ(view_bytes(bytes, 2, 2, 1, {.dx = 1}, PadMode::replicate), (std::vector{2, 2, 4, 4}));
  EXPECT_EQ(view_bytes(bytes, 2, 2, 1, {.dy = -1}, PadMode::replicate), (std::vector{1, 2, 1, 2}));
}

TEST(Views, PixelsAreScaled) {
  const std::vector<uint8_t> bytes = {0, 255};
  std::vector<float> out(2);
  const View view;
  make_views({bytes.data(), 1, 2, 1}, std::span(&view, 1), PadMode::zero, {0.5f, 0.25f}, out.data());
  EXPECT_EQ(out, (std::vector{-2.0f, 2.0f}));
}

TEST(DrawView, StaysWithinThePaddingAndReachesAllOfIt) {
  std::set<std::tuple<int, int, bool>> seen;
  for (uint32_t v = 0; v < 2000; ++v) {
    const View view = draw_view({.padding = 1}, 7, 3, 0, v);
    ASSERT_LE(std::abs(view.dy), 1);
    ASSERT_LE(std::abs(view.dx), 1);
    seen.emplace(view.dy, view.dx, view.flip);
  }
  EXPECT_EQ(seen.size(), 18u);
}

TEST(DrawView, DependsOnEveryPartOfItsName) {
  const ViewOptions wide{.padding = 1000};
  const View view = draw_view(wide, 1, 2, 3, 4);
  EXPECT_EQ(view, draw_view(wide, 1, 2, 3, 4));
  EXPECT_NE(view, draw_view(wide, 9, 2, 3, 4));
  EXPECT_NE(view, draw_view(wide, 1, 9, 3, 4));
  EXPECT_NE(view, draw_view(wide, 1, 2, 9, 4));
  EXPECT_NE(view, draw_view(wide, 1, 2, 3, 9));
}

TEST(LabelledView, IsTheDrawnViewTurnedAndLabelledWithItsTurns) {
  const StepViews balanced{.options = {.padding = 3}, .seed = 5, .step = 2};
  StepViews drawn = balanced, plain = balanced;
  drawn.balanced = false;
  plain.turned = false;
  std::set<int> turns;
  for (uint32_t v = 0; v < 40; ++v) {
    View view = draw_view(balanced.options, 5, 9, 2, v);
    EXPECT_EQ(draw_labelled_view(plain, 9, v).view, view);
    view.turns = static_cast<int>(v % 4);
    EXPECT_EQ(draw_labelled_view(balanced, 9, v).view, view);
    EXPECT_EQ(draw_labelled_view(balanced, 9, v).label, view.turns);
    const LabelledView one = draw_labelled_view(drawn, 9, v);
    EXPECT_EQ(one.label, one.view.turns);
    turns.insert(one.label);
  }
  EXPECT_EQ(turns, (std::set{0, 1, 2, 3}));
}

TEST(LabelledView, OfAPlaceboIsLabelledWithoutLookingAtIt) {
  const StepViews honest{.options = {}, .seed = 5};
  StepViews placebo = honest;
  placebo.random_labels = true;
  int agreeing = 0;
  for (uint32_t v = 0; v < 400; ++v) {
    const LabelledView one = draw_labelled_view(placebo, 1, v);
    EXPECT_EQ(one.view, draw_labelled_view(honest, 1, v).view);
    agreeing += one.label == one.view.turns;
  }
  EXPECT_NEAR(agreeing, 100, 50);
}

TEST(DistinctViews, AreDistinctBeginPlainAndNestAsTheirNumberGrows) {
  const ViewOptions options{.padding = 2, .flip = true};
  const auto all = distinct_views(options, 5, 11, 50);
  EXPECT_EQ(distinct_views(options), 50);
  EXPECT_EQ(all.front(), View{});
  std::set<std::tuple<int, int, bool>> seen;
  for (const View& view : all) seen.emplace(view.dy, view.dx, view.flip);
  EXPECT_EQ(seen.size(), 50u);
  const auto few = distinct_views(options, 5, 11, 7);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()));
  EXPECT_NE(all, distinct_views(options, 5, 12, 50));
}

}  // namespace
}  // namespace ttt
