#include "pipeline/checks/check_sequences.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "pipeline/sources/token_set.h"
#include "pipeline/testset/sequences.h"
#include "pipeline/training/registry.h"
#include "schemas/files/test_set_file.h"

namespace ttt {
namespace {

void look_at_training(const JobSpec& spec, Findings& findings) {
  findings.attempt([&] {
    const std::unique_ptr<TokenSet> set = open_sequences(spec.data, DataPart::training);
    const int64_t documents = training_documents(spec.data);
    const std::string there = set->in_random_order() ? "as many as wanted" : fmt::format("{}", set->size());
    if (set->form().puzzles) {
      findings.facts.emplace_back("training", fmt::format("{} puzzles, of {} that there are "
                                                          "(data.train_documents = {})",
                                                          documents, there, spec.data.train_documents));
      return;
    }
    const auto tokens = static_cast<int64_t>(training_tokens(spec.data).size()) - documents;
    findings.facts.emplace_back("training",
                                fmt::format("{} documents of {} tokens together, of {} that there are "
                                            "(data.train_documents = {})",
                                            documents, tokens, there, spec.data.train_documents));
  });
}

std::string split_text(const TestSet& set, Split split) {
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < set.samples; ++i)
    if (set.split[static_cast<size_t>(i)] == split) lengths.push_back(set.length[static_cast<size_t>(i)]);
  if (lengths.empty()) return "empty";
  const auto [least, most] = std::ranges::minmax(lengths);
  return fmt::format("{} samples of {} to {} tokens, {} together", lengths.size(), least, most,
                     std::accumulate(lengths.begin(), lengths.end(), int64_t{0}));
}

void say_shifts(const TestSet& set, Findings& findings) {
  std::vector<std::string> counted;
  for (size_t shift = 0; shift < set.shift_names.size(); ++shift) {
    const auto samples = std::ranges::count(set.shift, static_cast<int32_t>(shift));
    if (samples > 0) counted.push_back(fmt::format("{} {}", set.shift_names[shift], samples));
  }
  findings.facts.emplace_back("shifts", fmt::format("{}", fmt::join(counted, ", ")));
}

}  // namespace

void describe_sequences(const TestSet& set, Findings& findings) {
  findings.facts.emplace_back("report", split_text(set, Split::report));
  findings.facts.emplace_back("tune", split_text(set, Split::tune));
  say_shifts(set, findings);
}

TestSet check_sequences(const JobSpec& spec, Findings& findings) {
  if (!groups_to_train(spec).empty()) look_at_training(spec, findings);
  TestSetWithImages set;
  const bool opened = findings.attempt([&] { set = build_sequences(spec.data); });
  if (!opened) return set;
  describe_sequences(set, findings);
  return set;
}

}  // namespace ttt
