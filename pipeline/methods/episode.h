#pragma once
#include "pipeline/methods/episode_trace.h"

namespace ttt {

/// What K lanes do between reset and restore: adapt each on its own sample, predict at the milestones.
class Episode {
 public:
  Episode(const AdaptOptions& options, const ImageNetwork& network, const Samples& samples, uint64_t seed);

  /// Steps `lanes` from where they are. A lane whose loss or gradient is not finite stops as `diverged` and
  /// changes no byte of its neighbours.
  EpisodeTrace run(AdaptingLanes& lanes) const;

 private:
  at::Tensor probe(const AdaptingLanes& lanes) const;
  at::Tensor take(int step, AdaptingLanes& lanes, const at::Tensor& active, EpisodeTrace& trace) const;

  const AdaptOptions& o_;
  const ImageNetwork& n_;
  uint64_t seed_;
  LaneImages images_;
  at::Tensor plain_;  // [K, 1, H, W, C]
  at::Tensor label_;  // [K, 1], for diagnostics
};

}  // namespace ttt
