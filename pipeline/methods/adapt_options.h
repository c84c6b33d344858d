#pragma once
#include <vector>

#include "pipeline/methods/neighbours.h"
#include "pipeline/models/image_network.h"
#include "pipeline/streams/order.h"
#include "pipeline/tasks/rotation.h"
#include "schemas/view_options.h"

namespace ttt {

enum class Optimiser { sgd, adam };
enum class AdaptOn { own, other, neighbours };

/// When the source weights come back: before every sample (episodes), or in a stream never, after so many
/// samples, or when predictions have become too sure (SAR, Niu et al., ICLR 2023).
enum class Reset { sample, never, every, recovery };

/// kind = "adapt": test-time training, a sample at a time. Defaults: the standard setting of Sun et al., ICML
/// 2020. In a stream (reset other than "sample") weights and moments are carried from sample to sample:
/// milestone 0 is then the prediction before this sample's own steps.
struct AdaptOptions {
  Chosen task = rotation();    // of pipeline/tasks; its own keys stand beside these
  std::string subset = "all";  // of the weights, that adapts: one of those that the model knows
  int rank = 4;                // of the products of subset = "low_rank"
  int steps = 10;              // gradient steps of an episode, S (0: the source model)
  int views_per_step = 32;     // augmented views of each step, V
  double learning_rate = 1e-3;
  Optimiser optimiser = Optimiser::sgd;
  double momentum = 0.0;  // sgd
  double weight_decay = 0.0;
  double sam_radius = 0.0;          // of sharpness-aware steps (Foret et al., ICLR 2021); 0: plain ones
  bool normalise_gradient = false;  // steps of length learning_rate: the gradient of a lane over its length
  std::vector<int> milestones =
      {};  // steps after which a prediction is recorded, 0 first; empty: 0, 1, 2, 4, ..., steps
  /// other: placebo, adapts on another sample of the same shift and severity. neighbours: on its own image
  /// and on unlabelled ones of its split.
  AdaptOn adapt_on = AdaptOn::own;
  int neighbours = 8;  // of each sample
  NeighbourChoice neighbour_choice = NeighbourChoice::nearest;
  std::vector<std::string> keep = {};  // optional columns of the records (kept_columns.h)
  double skip_above = 1.0;  // skip when the rotation head is surer than this of the upright image; 1: never
  Reset reset = Reset::sample;
  int reset_every = 100;     // samples, of reset = "every"
  double reset_below = 0.2;  // nats, of reset = "recovery": the moving mean (0.9) of the predictions' entropy
  Order order = Order::shift;  // of the samples in streams
  ViewOptions views = {};
  bool operator==(const AdaptOptions&) const = default;
};
Fields fields(AdaptOptions& options);
void validate(const AdaptOptions& options);

/// The milestones of an episode: as given, or 0, 1, 2, 4, ..., steps.
std::vector<int> milestones(const AdaptOptions& options);

/// Images that a lane adapts on: its own, and neighbours.
int images_per_lane(const AdaptOptions& options);

/// Where the views of a step go in a network. Throws a spec Error when the network does not have what the
/// task needs.
Route route_of(const AdaptOptions& options, const ImageNetwork& network);

/// Throws a spec Error naming what these options ask for and the network does not have.
void require_fits(const AdaptOptions& options, const ImageNetwork& network);

/// Whether samples follow one another in streams.
bool in_streams(const AdaptOptions& options);

/// Whether it costs as much as the real thing and should not help.
bool is_placebo(const AdaptOptions& options);

}  // namespace ttt
