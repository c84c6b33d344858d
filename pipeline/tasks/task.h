#pragma once
#include <ATen/core/Tensor.h>

#include <functional>

#include "pipeline/models/image_network.h"
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
  at::Tensor logits;  // [K, V, classes of the task's head], differentiable by the adapted weights; undefined
                      // where the loss is one that the network brings along
  /// Logits of other views [K, V, H, W, C] under the same weights, without gradients.
  std::function<at::Tensor(const at::Tensor& views)> predict;
  /// The loss that the network brings along and the task's route names [K], differentiable by the adapted
  /// weights.
  std::function<at::Tensor()> own_loss;
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
  std::string_view needs;   // of a network, in words
  Part head;                // the head that it trains
  bool needs_sam = false;   // whether it is meant for sharpness-aware steps alone (sam_radius > 0)
  /// The loss of each lane -> [K].
  at::Tensor (*loss)(const Options& options, const TaskPass& pass);
  Turning (*turning)(const Options& options) = [](const Options&) { return Turning{}; };
  /// True where its labels mean nothing: a placebo.
  bool (*is_placebo)(const Options& options) = [](const Options&) { return false; };
  /// Where its views go in a network, which has what it needs. Throws a spec Error when it has not.
  Route (*route)(const Options& options, const ImageNetwork& network) = nullptr;  // null: to `head`
  /// Forward passes a view of a step, besides the one that is differentiated.
  int (*extra_forwards)(const Options& options) = [](const Options&) { return 0; };
};

/// Where the views of a task with these options go in a network. Throws a spec Error when the network does
/// not have it.
Route route_of(const Task& task, const Options& options, const ImageNetwork& network);

}  // namespace ttt
