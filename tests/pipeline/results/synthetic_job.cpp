// Fills the folder of a job with made-up files of any size, which the stages take for their own:
//   synthetic_job testset SPEC DIR SAMPLES    DIR/testset.h5: 8 x 8 pixels under 15 shifts and 5 severities
//   synthetic_job segments SPEC DIR           every segment that the spec plans, without evaluating anything
// jobs/scale_measurements drives it. DIR must have been prepared and trained before: what `prepare` and
// `train` leave besides the test set is used as it is. Nothing is synced: these files are there to be
// measured with.
#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "pipeline/engine/evaluate.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/network.h"
#include "pipeline/plan/plan.h"
#include "schemas/error.h"
#include "schemas/files/segment.h"
#include "schemas/files/test_set_file.h"
#include "schemas/record_columns.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int side = 8, shifts = 15, severities = 5;

/// Any number: a bit mixer (Steele et al., OOPSLA 2014).
uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// As mixed(), from 0 to 1.
float fraction(uint64_t value) { return static_cast<float>(mixed(value) >> 40) * 0x1p-24f; }

void make_test_set(const fs::path& file, int64_t samples) {
  TestSet set = open_test_set(file).set;
  const auto classes = static_cast<int64_t>(set.class_names.size());
  set.samples = samples;
  set.height = set.width = side;
  set.shift_names = {"clean"};
  for (int shift = 0; shift < shifts; ++shift) set.shift_names.push_back(fmt::format("shift_{}", shift));
  for (auto* column : {&set.label, &set.base}) column->resize(samples);
  for (auto* column : {&set.shift, &set.severity}) column->resize(samples);
  set.split.assign(samples, Split::report);
  for (int64_t i = 0; i < samples; ++i) {
    set.base[i] = i / (shifts * severities);
    set.label[i] = static_cast<int64_t>(mixed(set.base[i]) % classes);
    set.shift[i] = static_cast<int32_t>(1 + i / severities % shifts);
    set.severity[i] = static_cast<int32_t>(1 + i % severities);
  }
  fs::remove(file);
  TestSetWriter(file, set).close();  // black images, which take no room on the disk
}

/// Predictions that get better from milestone to milestone, with scores that have something to do with it.
void fill(Records& records, const TestSet& set, int64_t row, uint64_t salt) {
  const int64_t sample = records.sample[row], label = set.label[sample];
  const auto classes = static_cast<int64_t>(set.class_names.size());
  const uint64_t own = mixed(static_cast<uint64_t>(sample) * 2654435761 + salt);
  const float hard = fraction(own);
  for (int m = 0; m < records.milestones; ++m) {
    const int64_t at = row * records.milestones + m;
    const float noise = fraction(own + m + 1);
    const bool right = hard + 0.4f * noise < 0.6f + 0.02f * static_cast<float>(m);
    records.predicted[at] = static_cast<int16_t>(right ? label : (label + 1) % classes);
    records.correct[at] = right;
    records.confidence[at] = 0.2f + 0.4f * (1 - hard) + 0.4f * noise * (1 - hard);
    records.main_loss[at] = right ? 0.3f * noise : 1 + noise;
    records.entropy[at] = 2 * hard * (1 - 0.5f * noise);
    records.margin[at] = records.confidence[at] / 2;
  }
  for (int step = 0; step < records.steps; ++step) {
    records.aux_loss[row * records.steps + step] =
        1.4f / static_cast<float>(1 + step) + 0.1f * fraction(own - step);
    records.update_norm[row * records.steps + step] = 0.1f + hard;
  }
  records.steps_taken[row] = records.steps;
}

void make_segments(const JobSpec& spec, const fs::path& dir) {
  const TestSet set = open_test_set(dir / "testset.h5").set;
  const RunPlan plan = plan_run(spec, set, dir);
  for (const RunUnit& unit : plan.units) {
    const Network& network = *plan.network.at(unit.model.group);
    const auto samples = static_cast<int64_t>(unit.samples.size());
    Segment segment{
        unit.method.name,
        unit.model.name,
        unit.block,
        unit.fingerprint,
        cost(unit.method, network),
        evaluation_of(unit.method).empty(unit.method.kind.options, network, samples, spec.run.logits)};
    segment.records.sample = unit.samples.to_vector();
    const uint64_t salt = mixed(std::hash<std::string>()(unit.method.name + unit.model.name));
    for (int64_t row = 0; row < samples; ++row) fill(segment.records, set, row, salt);
    const fs::path file = segment_file(dir, unit);
    fs::create_directories(file.parent_path());
    save_segment(file, segment);
  }
  fmt::print("{}\n", plan.units.size());
}

int run(const std::vector<std::string>& words) {
  require(words.size() >= 3, "usage: synthetic_job testset|segments SPEC DIR [SAMPLES]");
  const JobSpec spec = read_job_spec(words[1], {}, spec_registry());
  if (words[0] == "testset")
    make_test_set(fs::path(words[2]) / "testset.h5", std::stoll(words.at(3)));
  else
    make_segments(spec, words[2]);
  return 0;
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  try {
    return ttt::run({argv + 1, argv + argc});
  } catch (const ttt::Error& error) {
    fmt::print(stderr, "synthetic_job: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
