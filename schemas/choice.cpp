#include "schemas/choice.h"

#include <cmath>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/spec_document.h"
#include "schemas/toml_text.h"

// choice.toml, which `ttt-eval sweep` leaves, is TOML:
//   format = "ttt-eval choice 1", samples, models (whole numbers: what was chosen on), score (the family of
//   scores whose values `accuracy` holds; absent: classification)
//   [choice.NAME]  for every swept table [method.NAME]: chosen (a method's name), milestone, unit,
//                  options (SHA-256 of the method's TOML), and points: a list of tables with method,
//                  milestone, cost, accuracy, gain, gain_low, gain_high, p

namespace ttt {
namespace {

constexpr std::string_view format = "ttt-eval choice 1";

std::string number(double value) { return std::isnan(value) ? "nan" : toml_number(value); }

std::string point_text(const SweptPoint& p) {
  return fmt::format(
      "  {{ method = {}, milestone = {}, cost = {}, accuracy = {}, gain = {}, gain_low = {}, gain_high = {}, "
      "p = {} }},\n",
      toml_string(p.method), p.milestone, number(p.cost), number(p.value), number(p.gain), number(p.gain_low),
      number(p.gain_high), number(p.p));
}

const SpecNode& value_of(const SpecNode& table, const std::string& key) {
  const SpecNode* node = find_node(table, key);
  if (!node) fail(ExitCode::data, "{}: {} is missing", table.place, key);
  return *node;
}

std::string text_of(const SpecNode& table, const std::string& key) {
  const SpecNode& node = value_of(table, key);
  if (const auto* text = std::get_if<std::string>(&node.value)) return *text;
  fail(ExitCode::data, "{}: {} is no text", node.place, key);
}

double number_of(const SpecNode& table, const std::string& key) {
  const SpecNode& node = value_of(table, key);
  if (const auto* whole = std::get_if<int64_t>(&node.value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&node.value)) return *real;
  fail(ExitCode::data, "{}: {} is no number", node.place, key);
}

/// A whole number that an int holds.
int count_of(const SpecNode& table, const std::string& key) {
  const double value = number_of(table, key);
  if (!(value >= 0 && value < 2e9)) fail(ExitCode::data, "{}: {} is out of its range", table.place, key);
  return static_cast<int>(value);
}

SweepChoice read_choice(const SpecEntry& entry) {
  SweepChoice choice{entry.key, text_of(entry.node, "unit"), {}, 0, text_of(entry.node, "options")};
  const SpecNode& points = value_of(entry.node, "points");
  const auto* list = std::get_if<SpecList>(&points.value);
  if (!list) fail(ExitCode::data, "{}: points is no list", points.place);
  const std::string chosen = text_of(entry.node, "chosen");
  const int milestone = count_of(entry.node, "milestone");
  bool found = false;
  for (const SpecNode& p : *list) {
    choice.points.push_back({text_of(p, "method"), count_of(p, "milestone"), number_of(p, "cost"),
                             number_of(p, "accuracy"), number_of(p, "gain"), number_of(p, "gain_low"),
                             number_of(p, "gain_high"), number_of(p, "p")});
    if (choice.points.back().method != chosen || choice.points.back().milestone != milestone) continue;
    choice.chosen = choice.points.size() - 1;
    found = true;
  }
  if (!found) fail(ExitCode::data, "{}: {} at {} is none of the points", entry.place, chosen, milestone);
  return choice;
}

}  // namespace

void write_choices(const std::filesystem::path& file, const SweepChoices& choices) {
  std::string text =
      fmt::format("# Chosen by `ttt-eval sweep` on the split tune.\nformat = {}\nsamples = {}\nmodels = {}\n",
                  toml_string(format), choices.samples, choices.models);
  if (choices.score != SweepChoices{}.score) text += fmt::format("score = {}\n", toml_string(choices.score));
  for (const SweepChoice& choice : choices.choices) {
    const SweptPoint& chosen = choice.points.at(choice.chosen);
    text += fmt::format("\n[choice.{}]\nchosen = {}\nmilestone = {}\nunit = {}\noptions = {}\npoints = [\n",
                        toml_key(choice.table), toml_string(chosen.method), chosen.milestone,
                        toml_string(choice.unit), toml_string(choice.options));
    for (const SweptPoint& point : choice.points) text += point_text(point);
    text += "]\n";
  }
  publish(file, text);
}

SweepChoices read_choices(const std::filesystem::path& file) {
  const SpecNode root = read_spec_document(file, {});
  if (!find_node(root, "format") || text_of(root, "format") != format)
    fail(ExitCode::data, "{}: is no choice of this version of ttt-eval", file.string());
  SweepChoices choices{count_of(root, "samples"), count_of(root, "models"), {}};
  if (find_node(root, "score")) choices.score = text_of(root, "score");
  const SpecNode& tables = value_of(root, "choice");
  const auto* entries = std::get_if<SpecTable>(&tables.value);
  if (!entries) fail(ExitCode::data, "{}: choice is no table", tables.place);
  for (const SpecEntry& entry : *entries) choices.choices.push_back(read_choice(entry));
  return choices;
}

std::string choices_csv(const SweepChoices& choices) {
  std::string text =
      fmt::format("sweep,method,milestone,unit,cost,{},gain,gain_low,gain_high,p_models,chosen\n",
                  choices.score == SweepChoices{}.score ? "accuracy" : "value");
  const auto cell = [](double value) { return std::isnan(value) ? "" : fmt::format("{}", value); };
  for (const SweepChoice& choice : choices.choices)
    for (size_t i = 0; i < choice.points.size(); ++i) {
      const SweptPoint& p = choice.points[i];
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", choice.table, p.method, p.milestone,
                          choice.unit, cell(p.cost), cell(p.value), cell(p.gain), cell(p.gain_low),
                          cell(p.gain_high), cell(p.p), static_cast<int>(i == choice.chosen));
    }
  return text;
}

}  // namespace ttt
