#pragma once
#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/lane_memory.h"
#include "schemas/records.h"

namespace ttt {

/// Analytic cost of stopping at each milestone, one prediction included. FLOPs are 2 a multiply-add of
/// convolutions, linears and products of low rank. In a stream every milestone costs all steps: the
/// prediction of one sample rests on those of the samples before it.
CostTable adapt_cost(const AdaptOptions& options, const ImageNetwork& network);

LaneMemory adapt_memory(const AdaptOptions& options, const ImageNetwork& network);

/// GFLOP of one sample's forward passes, backward passes and its prediction.
struct PhaseFlops {
  double forward, backward, prediction;
};
PhaseFlops phase_gflop(const AdaptOptions& options, const ImageNetwork& network);

}  // namespace ttt
