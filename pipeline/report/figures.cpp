#include "pipeline/report/figures.h"

#include <fmt/format.h>

#include <cctype>
#include <set>

#include "pipeline/report/report.h"

namespace ttt {
namespace {

/// Letters, digits, '-' and '_' stay; what a file system or a shell may not like becomes '-'.
std::string file_name(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') c = '-';
  return name;
}

/// The name, with a number when it is taken.
std::string free_name(const std::set<std::string>& taken, const std::string& name) {
  std::string free = name;
  for (int i = 2; taken.contains(free); ++i) free = fmt::format("{}-{}", name, i);
  return free;
}

}  // namespace

Figure blank_figure(const Analysis& analysis, const Section& section, std::string_view name,
                    std::string_view label) {
  Figure figure;
  figure.name =
      fmt::format("{}-{}{}", file_name(section.group), section.split == Split::tune ? "tune-" : "", name);
  figure.label = label;
  if (analysis.partial) figure.mark = "partial results";
  return figure;
}

std::vector<Figure> figures_of(const Analysis& analysis, const Section& section) {
  std::vector<Figure> figures;
  if (!analysis.shortlist.empty()) figures.push_back(curve_figure(analysis, section));
  for (const Family& family : families(analysis.methods))
    if (needs_figure(analysis, family)) figures.push_back(family_figure(analysis, section, family));
  if (!analysis.under_test) return figures;
  if (!section.positions.empty()) figures.push_back(position_figure(analysis, section));
  figures.push_back(shift_gain_figure(analysis, section));
  figures.push_back(flip_figure(analysis, section));
  figures.push_back(by_shift_figure(analysis, section));
  figures.push_back(spread_figure(analysis, section));
  figures.push_back(by_model_figure(analysis, section));
  if (!section.placebos.empty()) figures.push_back(placebo_figure(analysis, section));
  if (has_answers(section)) figures.push_back(puzzle_figure(analysis, section));
  figures.push_back(loss_figure(analysis, section));
  if (!section.calibration.empty()) figures.push_back(reliability_figure(analysis, section));
  return figures;
}

std::vector<Picture> pictures(const Analysis& analysis) {
  std::vector<Picture> files;
  std::set<std::string> names;
  for (const Section& section : analysis.sections)
    for (const Figure& figure : figures_of(analysis, section)) {
      const std::string name = *names.insert(free_name(names, figure.name)).first;
      files.push_back({name, whole_picture(figure).file_text()});
    }
  return files;
}

std::string curve_svg(const Analysis& analysis) {
  return whole_picture(curve_figure(analysis, analysis.sections.front())).file_text();
}

}  // namespace ttt
