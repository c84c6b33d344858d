#include "pipeline/report/samples_html.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "pipeline/report/html.h"
#include "pipeline/report/score_text.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

/// "3 × cat, dog": classes in the order of their first model, with how often each was predicted.
std::string tally(const std::vector<std::string>& classes) {
  std::vector<std::pair<std::string, int>> counts;
  for (const std::string& name : classes) {
    const auto found = std::ranges::find(counts, name, &std::pair<std::string, int>::first);
    if (found == counts.end())
      counts.emplace_back(name, 1);
    else
      ++found->second;
  }
  std::vector<std::string> words;
  for (const auto& [name, count] : counts)
    words.push_back(count == 1 ? name : fmt::format("{} × {}", count, name));
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The sample's number under its picture.
Cell sample_cell(int64_t sample, const SamplePictures& pictures) {
  const auto found = pictures.find(sample);
  const std::string number = std::to_string(sample);
  if (found == pictures.end()) return {number};
  return {number, "",
          fmt::format("<img src=\"{}\" width=\"64\" alt=\"sample {}\"/><br/>", found->second, number)};
}

/// Values under every model: "3.412, 3.385".
std::string listed(const ScoreFamily& score, const std::vector<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(value_text(score, value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Cell> story_row(const ScoreFamily& score, const SampleStory& story,
                            const SamplePictures& pictures) {
  std::vector<Cell> row = {sample_cell(story.sample, pictures),
                           {std::to_string(story.base)},
                           {story.shift},
                           {std::to_string(story.severity)}};
  if (score.has_classes) row.push_back({story.label});
  row.push_back({std::to_string(story.better)});
  row.push_back({std::to_string(story.worse)});
  row.push_back({score.has_classes ? tally(story.before) : listed(score, story.value_before)});
  row.push_back({score.has_classes ? tally(story.after) : listed(score, story.value_after)});
  if (score.has_confidence) {
    row.push_back({short_number(story.confidence)});
    row.push_back({short_number(story.entropy)});
  }
  row.push_back({short_number(story.loss_fall)});
  return row;
}

std::vector<std::string> story_header(const ScoreFamily& score) {
  const ScoreWords& words = score.words;
  std::vector<std::string> names = {"sample", std::string(words.base), "shift", "severity"};
  if (score.has_classes) names.push_back("label");
  names.emplace_back(words.made_better);
  names.emplace_back(words.made_worse);
  names.push_back(score.has_classes ? "source predictions" : "source, " + value_axis(score));
  names.push_back(score.has_classes ? "adapted predictions" : "adapted, " + value_axis(score));
  if (score.has_confidence) {
    names.push_back("source confidence");
    names.push_back("source entropy, nats");
  }
  names.push_back("fall of the main loss, nats");
  return names;
}

std::string story_table(const ScoreFamily& score, const std::vector<SampleStory>& stories,
                        const SamplePictures& pictures) {
  std::vector<std::vector<Cell>> rows;
  for (const SampleStory& story : stories) rows.push_back(story_row(score, story, pictures));
  return html_table(story_header(score), rows);
}

std::string folded(const ScoreFamily& score, std::string_view what, const std::vector<SampleStory>& stories,
                   const SamplePictures& pictures) {
  return stories.empty() ? ""
                         : html_folded(fmt::format("The {} samples {} most", stories.size(), what),
                                       story_table(score, stories, pictures));
}

}  // namespace

std::string samples_html(const Analysis& analysis, const Section& section, const SamplePictures& pictures) {
  const ScoreFamily& score = *analysis.score;
  const SampleStories& stories = section.stories;
  if (stories.better.empty() && stories.worse.empty()) return "";
  std::string note =
      score.right_or_wrong
          ? "Chosen by how many source models adaptation changed to right or to wrong by its last milestone; "
            "of equal ones those whose main loss changed the most. Predictions are counted over models. "
          : "Chosen by how many source models adaptation made better or worse on them by its last milestone; "
            "of equal ones those whose main loss changed the most. ";
  note += "Sample numbers are those of testset.h5";
  note += score.has_classes ? ", which holds the images." : ".";
  const std::string_view good = score.right_or_wrong ? score.words.better : "helped";
  const std::string_view bad = score.right_or_wrong ? score.words.worse : "hurt";
  return html_heading(3, "Single samples") + html_paragraph(note, "note") +
         folded(score, good, stories.better, pictures) + folded(score, bad, stories.worse, pictures);
}

}  // namespace ttt
