#include "pipeline/report/samples_html.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "pipeline/report/html.h"
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

std::string story_table(const std::vector<SampleStory>& stories, const SamplePictures& pictures) {
  std::vector<std::vector<Cell>> rows;
  for (const SampleStory& story : stories)
    rows.push_back({sample_cell(story.sample, pictures),
                    {std::to_string(story.base)},
                    {story.shift},
                    {std::to_string(story.severity)},
                    {story.label},
                    {std::to_string(story.fixed)},
                    {std::to_string(story.broken)},
                    {tally(story.before)},
                    {tally(story.after)},
                    {short_number(story.confidence)},
                    {short_number(story.entropy)},
                    {short_number(story.loss_fall)}});
  return html_table({"sample", "base image", "shift", "severity", "label", "models that fixed it",
                     "models that broke it", "source predictions", "adapted predictions", "source confidence",
                     "source entropy, nats", "fall of the main loss, nats"},
                    rows);
}

std::string folded(const std::string& what, const std::vector<SampleStory>& stories,
                   const SamplePictures& pictures) {
  return stories.empty() ? ""
                         : html_folded(fmt::format("The {} samples {} most", stories.size(), what),
                                       story_table(stories, pictures));
}

}  // namespace

std::string samples_html(const Section& section, const SamplePictures& pictures) {
  const SampleStories& stories = section.stories;
  if (stories.fixed.empty() && stories.broken.empty()) return "";
  return html_heading(3, "Single samples") +
         html_paragraph(
             "Chosen by how many source models adaptation changed to right or to wrong by its last "
             "milestone; of equal ones those whose main loss changed the most. Predictions are counted over "
             "models. Sample numbers are those of testset.h5, which holds the images.",
             "note") +
         folded("fixed", stories.fixed, pictures) + folded("broken", stories.broken, pictures);
}

}  // namespace ttt
