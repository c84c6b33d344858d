#pragma once
#include <string>
#include <variant>
#include <vector>

#include "schemas/view_options.h"

namespace ttt {

enum class Task { rotation, entropy };
enum class Subset { all, norm, trunk, low_rank };
enum class Optimiser { sgd, adam };
enum class Turns { balanced, random };
enum class AdaptOn { own, other };
enum class AuxiliaryLabels { true_labels, random };

/// Per-sample test-time training. Defaults: the standard setting of Sun et al., ICML 2020.
struct AdaptOptions {
  Task task = Task::rotation;  // or entropy of the mean prediction over views (MEMO, Zhang et al. 2022)
  /// What steps: all that the task reaches, its norm scales and shifts, the trunk, or a product of low rank
  /// added to each of its convolutions and linears (Hu et al., ICLR 2022).
  Subset subset = Subset::all;
  int rank = 4;             // of these products
  int steps = 10;           // gradient steps of an episode, S (0: the source model)
  int views_per_step = 32;  // augmented views of each step, V
  double learning_rate = 1e-3;
  Optimiser optimiser = Optimiser::sgd;
  double momentum = 0.0;  // sgd
  double weight_decay = 0.0;
  std::vector<int> milestones =
      {};  // steps after which a prediction is recorded, 0 first; empty: 0, 1, 2, 4, ..., steps
  Turns turns = Turns::random;      // rotation labels: drawn, or view v turned by v mod 4
  AdaptOn adapt_on = AdaptOn::own;  // other: placebo, adapts on another sample of the same shift and severity
  AuxiliaryLabels labels = AuxiliaryLabels::true_labels;  // random: placebo, rotation labels are drawn anew
  double skip_above = 1.0;  // skip when the rotation head is surer than this of the upright image; 1: never
  ViewOptions views = {};
  bool operator==(const AdaptOptions&) const = default;
};

enum class VoteRule { mean, majority };

/// Test-time augmentation: the plain image first, then distinct views of it.
struct VoteOptions {
  VoteRule rule = VoteRule::mean;  // mean of the probabilities, or majority of the predictions
  int views = 0;          // votes cast; 0: up to the cost of the dearest adapt method, or as far as views go
  ViewOptions view = {};  // [method.NAME.view]
  bool operator==(const VoteOptions&) const = default;
};

/// The run's source models of one group voting together, computed by `aggregate` from stored source logits.
struct EnsembleOptions {
  VoteRule rule = VoteRule::mean;
  bool operator==(const EnsembleOptions&) const = default;
};

/// [method.NAME], kind = "adapt" | "vote" | "ensemble".
struct MethodOptions {
  std::string name;  // NAME; a sweep adds -KEY=VALUE for each swept key
  std::variant<AdaptOptions, VoteOptions, EnsembleOptions> options = {};
  bool operator==(const MethodOptions&) const = default;
};
void validate(const MethodOptions& method);

/// The milestones of an episode: as given, or 0, 1, 2, 4, ..., steps.
std::vector<int> milestones(const AdaptOptions& options);

}  // namespace ttt
