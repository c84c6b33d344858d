#include "pipeline/report/style.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "pipeline/analysis/families.h"

namespace ttt {
namespace {

constexpr int colours = 6;  // c1 .. c6 below; c0 is the method under test

SeriesStyle placebo_style(int count) {
  constexpr std::array<Marker, 4> markers = {Marker::cross, Marker::triangle, Marker::square,
                                             Marker::diamond};
  return {count % 2 == 0 ? "grey dashed" : "grey dotted", markers[count % markers.size()]};
}

SeriesStyle rival_style(int count) {
  constexpr std::array<Marker, 3> markers = {Marker::square, Marker::diamond, Marker::triangle};
  constexpr std::array<std::string_view, 3> dashes = {"", " dashed", " dotted"};
  const std::string dash(dashes[count / colours % dashes.size()]);
  return {"c" + std::to_string(1 + count % colours) + dash, markers[count % markers.size()]};
}

bool is_rival(const MethodFacts& method) {
  return method.role != Role::tested && method.role != Role::source && method.role != Role::placebo;
}

/// Turns of the rivals in the shortlist; -1: not in it.
std::vector<int> shortlist_turns(const Analysis& analysis) {
  std::vector<int> turns(analysis.methods.size(), -1);
  int next = 0;
  for (const int method : analysis.shortlist)
    if (is_rival(analysis.methods[method])) turns[method] = next++;
  return turns;
}

/// Turns of all rivals: in a family that of its member in the shortlist is taken, and what members brought
/// along, which only tables show, comes last.
std::vector<int> turns_of(const Analysis& analysis) {
  std::vector<int> turns = shortlist_turns(analysis);
  for (Family& family : families(analysis.methods)) {
    std::ranges::stable_sort(family.members, {}, &Member::brought);
    std::set<int> taken;
    for (const Member& member : family.members) taken.insert(turns[member.method]);
    int next = 0;
    for (const Member& member : family.members) {
      if (turns[member.method] >= 0) continue;
      while (taken.contains(next)) ++next;
      turns[member.method] = next++;
    }
  }
  return turns;
}

}  // namespace

std::vector<SeriesStyle> method_styles(const Analysis& analysis) {
  const std::vector<int> turns = turns_of(analysis);
  std::vector<SeriesStyle> styles;
  int placebos = 0;
  for (size_t i = 0; i < analysis.methods.size(); ++i) {
    const Role role = analysis.methods[i].role;
    if (role == Role::tested)
      styles.push_back({"c0 bold", Marker::circle});
    else if (role == Role::source)
      styles.push_back({"ink", Marker::diamond});
    else
      styles.push_back(role == Role::placebo ? placebo_style(placebos++) : rival_style(turns[i]));
  }
  return styles;
}

}  // namespace ttt
