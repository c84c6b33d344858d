#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "schemas/weights.h"

namespace ttt {

/// Everything that the rest of a training depends on: with it, one that was broken off goes on to the same
/// weights.
struct TrainingState {
  std::map<std::string, std::vector<double>> numbers;            // steps taken, sums of losses, ...
  std::map<std::string, Array> weights;                          // by name
  std::map<std::string, std::map<std::string, Array>> momentum;  // kind of moment -> by name of a weight
  bool operator==(const TrainingState&) const = default;
};

/// The training of one source model, a step at a time: the same weights every time, in one go or in pieces,
/// on any number of threads.
class Training {
 public:
  Training() = default;
  virtual ~Training() = default;
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  virtual bool done() const = 0;
  /// Throws a data Error when the training diverges.
  virtual void step() = 0;

  virtual int64_t seen() const = 0;        // samples or tokens since the start
  virtual std::string losses() const = 0;  // for a progress line: means over the last steps, named
  virtual std::map<std::string, Array> weights() const = 0;

  virtual TrainingState state() const = 0;
  /// Goes on from there; the state is one of a training with the same arguments.
  virtual void restore(const TrainingState& state) = 0;
};

}  // namespace ttt
