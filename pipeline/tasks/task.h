#pragma once
#include <ATen/core/Tensor.h>

#include <functional>

#include "pipeline/models/network.h"
#include "schemas/alternatives.h"

namespace ttt {

/// The views that one adaptation step learns from. K is the number of images here, one a lane, or with
/// neighbours several: each has a loss of its own, and a lane's is their mean.
struct StepBatch {
  at::Tensor views;    // [K, V, H, W, C] as the network computes
  at::Tensor turns;    // [K, V] quarter turns of each, as the loss is told
  at::Tensor subject;  // [K] sample whose draws they are
  uint64_t seed = 0;
  int step = 0;
};

/// One forward pass of a step, as a task sees it.
struct TaskPass {
  const StepBatch& batch;
  at::Tensor logits;  // [K, V, classes of the task's head], differentiable by the adapted weights
  /// Logits of other views [K, V, H, W, C] under the same weights, without gradients.
  std::function<at::Tensor(const at::Tensor& views)> predict;
};

/// How a task wants its views turned.
struct Turning {
  bool turned = false;         // by quarter turns
  bool balanced = false;       // view v by v mod 4, else drawn
  bool random_labels = false;  // the loss is told turns that are drawn anew (placebo)
};

/// A self-supervised loss that lanes adapt by: one file that exports one value, one line in registry.cpp.
struct Task {
  std::string_view name;
  std::string_view summary;
  std::string_view source;  // where it was published
  Options (*options)();     // its own keys, beside those of every task (adapt_options.h)
  Part head;                // the head that it trains
  bool needs_sam = false;   // whether it is meant for sharpness-aware steps alone (sam_radius > 0)
  /// The loss of each lane -> [K].
  at::Tensor (*loss)(const Options& options, const TaskPass& pass);
  Turning (*turning)(const Options& options) = [](const Options&) { return Turning{}; };
  /// True where its labels mean nothing: a placebo.
  bool (*is_placebo)(const Options& options) = [](const Options&) { return false; };
  /// Forward passes a view of a step, besides the one that is differentiated.
  int (*extra_forwards)(const Options& options) = [](const Options&) { return 0; };
};

}  // namespace ttt
