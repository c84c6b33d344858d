#include "pipeline/report/families_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/figures.h"
#include "pipeline/report/html.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/tables.h"
#include "pipeline/report/text.h"
#include "pipeline/report/verdict.h"

namespace ttt {
namespace {

/// What a reader must know of the kind of method.
std::string_view remark(Role role) {
  if (role == Role::placebo) return " Placebos should not help.";
  if (role == Role::oracle) return " Oracles read labels: an upper bound, not a method.";
  if (role == Role::control) return " Controls decide at random.";
  return "";
}

/// " gate+random there: +1.2; gate+oracle there: +8.3.": what the chosen method brought along, at its
/// milestone.
std::string brought_along(const Analysis& analysis, const Section& section, const Family& family,
                          const Candidate& best) {
  std::string text;
  const auto chosen = std::ranges::find(family.members, best.method, &Member::method);
  for (auto member = chosen + 1; member < family.members.end() && member->brought; ++member) {
    const Curve& curve = curve_of(section, member->method);
    if (best.point < static_cast<int>(curve.points.size()))
      text += fmt::format("{}{} there: {}", text.empty() ? " " : "; ", analysis.methods[member->method].name,
                          gain_text(*analysis.score, curve.points[best.point].gain.gain));
  }
  return text.empty() ? "" : text + ".";
}

/// How many points the best was chosen among.
size_t points_in(const Section& section, const Family& family) {
  size_t count = 0;
  for (const Member& member : family.members)
    if (!member.brought) count += curve_of(section, member.method).points.size();
  return count;
}

}  // namespace

std::string family_conclusion(const Analysis& analysis, const Section& section, const Family& family) {
  const auto best = best_of(family, analysis, section);
  if (!best) return "No prediction is there to judge.";
  const MethodFacts& method = analysis.methods[best->method];
  const Point& point = curve_of(section, best->method).points[best->point];
  const size_t count = points_in(section, family);
  const std::string choice =
      count < 2 ? ""
                : fmt::format(", the best of {} points {}", count,
                              section.best.chosen_on == section.split ? "here" : "on the split tune");
  return fmt::format("{} at {}{}: {}{}, {} {} over the source model ({}), for {} forward-equivalents.{}{}",
                     method.name, milestone_text(point.milestone, method.unit), choice,
                     value_text(*analysis.score, point.score.value), analysis.score->words.unit,
                     gain_text(*analysis.score, point.gain.gain), analysis.score->words.gained,
                     interval_text(analysis, point.gain), short_number(point.forward_equivalents),
                     brought_along(analysis, section, family, *best), remark(family.role));
}

std::string families_html(const Analysis& analysis, const Section& section) {
  std::string text = html_heading(3, "Family by family");
  for (const Family& family : families(analysis.methods)) {
    const std::string title = with_capital(std::string(family_name(family.role)));
    std::string details = family_table(analysis, section, family);
    if (needs_figure(analysis, family))
      details = figure_html(family_figure(analysis, section, family),
                            "Gain of every member, few in each part, beside the method under test. Intervals "
                            "are in the table.") +
                details;
    text += fmt::format("<p class=\"family\"><b>{}.</b> {}</p>\n", escape(title),
                        escape(family_conclusion(analysis, section, family)));
    text += html_folded(fmt::format("{}: every point", title), details);
  }
  return text;
}

}  // namespace ttt
