#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

/// One method of a sweep, stopped at one milestone, on the split tune.
struct SweptPoint {
  std::string method;
  int milestone = 0;
  double cost = 0;                     // forward-equivalents
  double value = 0;                    // e.g. accuracy as a share, the mean over model groups
  double gain = 0;                     // over the source model, positive is better; NaN where it is not known
  double gain_low = 0, gain_high = 0;  // interval over models
  double p = 0;                        // over models
};

/// What was chosen among the methods that one table of a spec makes.
struct SweepChoice {
  std::string table;               // [method.NAME]
  std::string unit;                // of a milestone: "steps"
  std::vector<SweptPoint> points;  // every method at every milestone, in the spec's order
  size_t chosen = 0;               // index into points
  std::string options;             // SHA-256 of the chosen method's TOML
};

/// The choices of one sweep; as a file (choice.toml) described in choice.cpp.
struct SweepChoices {
  int64_t samples = 0, models = 0;  // that they were made on
  std::vector<SweepChoice> choices;
  std::string score = "classification";  // family of scores that values are of
};

void write_choices(const std::filesystem::path& file, const SweepChoices& choices);

/// Throws a data Error naming the file when it is none of ours.
SweepChoices read_choices(const std::filesystem::path& file);

/// A row for every point, with a header: sweep, method, milestone, cost, accuracy, gain, ..., chosen.
std::string choices_csv(const SweepChoices& choices);

}  // namespace ttt
