#include "pipeline/checks/check_data.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "pipeline/checks/census.h"
#include "pipeline/checks/check_sequences.h"
#include "pipeline/plan/plan.h"
#include "pipeline/sources/image_set.h"
#include "pipeline/sources/source.h"
#include "pipeline/testset/prepare.h"
#include "schemas/files/test_set_file.h"

namespace ttt {
namespace {

bool trains_here(const JobSpec& spec) {
  return std::ranges::any_of(source_models(spec),
                             [](const SourceModel& model) { return model.weights.empty(); });
}

/// A part of the source with what was found in it; no set when it cannot be opened.
struct Part {
  std::unique_ptr<ImageSet> set;
  Census census;
};

std::string skipped_text(const std::vector<std::string>& files) {
  constexpr size_t few = 5;
  const std::vector<std::string> first(files.begin(), files.begin() + std::min(few, files.size()));
  return fmt::format("{} file(s) that are not PNG or JPEG by name: {}{}", files.size(),
                     fmt::join(first, ", "), files.size() > few ? ", ..." : "");
}

Part look_at(const JobSpec& spec, DataPart part, const CheckOptions& options, Findings& findings) {
  const DataOptions& data = spec.data;
  const bool training = part == DataPart::training;
  const char* const name = training ? "training" : "test";
  Part found;
  if (!findings.attempt([&] { found.set = open_images(data, part); })) return found;
  const bool endless = found.set->in_random_order();  // drawn to order
  const int64_t images = !endless   ? found.set->size()
                         : training ? data.train_images
                                    : data.report.base_images + data.tune.base_images;
  // What is drawn here needs no look.
  found.census =
      take_census(*found.set, images, endless ? std::min<int64_t>(images, 1) : options.images, findings);
  findings.facts.emplace_back(name, census_text(found.census, found.set->form()));
  if (!endless && found.census.decoded < images)
    findings.facts.emplace_back(
        "", fmt::format("{} of them were decoded, evenly spread (--images 0: all)", found.census.decoded));
  if (const auto skipped = found.set->skipped(); !skipped.empty())
    findings.notes.push_back(fmt::format("the {} part passes over {}", name, skipped_text(skipped)));
  if (found.census.grey > 0)
    findings.notes.push_back(fmt::format(
        "{} of {} decoded images of the {} part hold no colour: they become RGB, and shifts that draw noise "
        "for each channel colour them",
        found.census.grey, found.census.decoded, name));
  return found;
}

/// What training takes of its part.
void check_training(const JobSpec& spec, const Part& training, Findings& findings) {
  findings.attempt([&] {
    const int64_t count = training_count(*training.set, spec.data);
    findings.facts.emplace_back(
        "", fmt::format("{} of them are trained on (data.train_images = {})", count, spec.data.train_images));
  });
}

/// A class that one part has and the other lacks.
void compare_classes(const Census& training, const Census& test, const ImageForm& form, Findings& findings) {
  for (size_t c = 0; c < form.class_names.size(); ++c) {
    if (training.of_class[c] > 0 && test.of_class[c] == 0)
      findings.notes.push_back(
          fmt::format("class {} has {} training images and no test image: nothing will be known of it",
                      form.class_names[c], training.of_class[c]));
    if (training.of_class[c] == 0 && test.of_class[c] > 0)
      findings.notes.push_back(
          fmt::format("class {} has {} test images and no training image: it cannot be learned",
                      form.class_names[c], test.of_class[c]));
  }
}

std::string split_text(const SplitOptions& split) {
  if (split.base_images == 0) return "empty";
  const int64_t variants = std::ssize(split.shifts) * std::ssize(split.severities) + (split.clean ? 1 : 0);
  return fmt::format("{} base images x ({} shifts x severities {}{}) = {} samples", split.base_images,
                     split.shifts.size(), fmt::join(split.severities, ", "),
                     split.clean ? " + the clean image" : "", split.base_images * variants);
}

/// One image under every shift at every severity: files of shifts are opened, too.
void try_shifts(const ImageSet& images, const DataOptions& data, Findings& findings) {
  for (const SplitOptions* split : {&data.report, &data.tune})
    for (const std::string& shift : split->shifts)
      findings.attempt(
          [&] { images.shifted(0, shift, split->severities.front(), Draw(data.seed, Purpose::shift, 0)); });
  for (const SplitOptions* split : {&data.report, &data.tune})
    if (split->clean && !findings.attempt([&] { images.pixels(0); })) return;
}

void check_test(const JobSpec& spec, const Part& test, Findings& findings) {
  findings.facts.emplace_back("report", split_text(spec.data.report));
  findings.facts.emplace_back("tune", split_text(spec.data.tune));
  if (findings.attempt([&] { require_test_set(*test.set, spec.data); }))
    try_shifts(*test.set, spec.data, findings);
}

TestSet form_of(const ImageForm& form) {
  TestSet set;
  set.height = form.height;
  set.width = form.width;
  set.channels = form.channels;
  set.class_names = form.class_names;
  return set;
}

TestSet check_source(const JobSpec& spec, const CheckOptions& options, Findings& findings) {
  const bool trains = trains_here(spec);
  const Part training = trains ? look_at(spec, DataPart::training, options, findings) : Part{};
  if (training.set) check_training(spec, training, findings);
  const Part test = look_at(spec, DataPart::test, options, findings);
  if (test.set) check_test(spec, test, findings);
  if (training.set && test.set && findings.attempt([&] {
        require_same_form(images_of_form(training.set->form()), images_of_form(test.set->form()),
                          spec.data.path);
      }))
    compare_classes(training.census, test.census, test.set->form(), findings);
  return test.set ? form_of(test.set->form()) : training.set ? form_of(training.set->form()) : TestSet{};
}

/// The user's own test set: what it holds, and whether run.split selects any of it.
TestSet check_own_test_set(const JobSpec& spec, Findings& findings) {
  TestSet set;
  if (!findings.attempt([&] { set = open_test_set(spec.data.path).set; })) return set;
  if (set.tokens) {
    describe_sequences(set, findings);
    findings.attempt([&] { samples_of(set, spec.run.split); });
    return set;
  }
  const auto classes = static_cast<int64_t>(set.class_names.size());
  const auto report = std::ranges::count(set.split, Split::report);
  const auto odd = std::ranges::count_if(set.label, [&](int64_t l) { return l < 0 || l >= classes; });
  findings.facts.emplace_back(
      "test set",
      fmt::format("{} samples of {} x {} x {}, {} in the split report and {} in tune; {} classes, "
                  "{} shifts: {}",
                  set.samples, set.width, set.height, set.channels, report, set.samples - report, classes,
                  set.shift_names.size() - 1, fmt::join(set.shift_names, ", ")));
  if (odd > 0)
    findings.notes.push_back(
        fmt::format("{} samples have a label that is no class: they stay in as bad_input", odd));
  findings.attempt([&] { require_test_set(set, spec.data.path); });
  findings.attempt([&] { samples_of(set, spec.run.split); });
  if (trains_here(spec)) findings.attempt([&] { open_images(spec.data, DataPart::training); });
  return set;
}

}  // namespace

TestSet check_data(const JobSpec& spec, const CheckOptions& options, Findings& findings) {
  findings.facts.emplace_back("source", std::string(facts_of(spec.data.source).summary) +
                                            (spec.data.path.empty() ? "" : ": " + spec.data.path));
  if (holds_tokens(spec.data.source)) return check_sequences(spec, findings);
  return spec.data.source == DataSource::testset ? check_own_test_set(spec, findings)
                                                 : check_source(spec, options, findings);
}

}  // namespace ttt
