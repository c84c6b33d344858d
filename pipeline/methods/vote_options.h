#pragma once
#include <vector>

#include "pipeline/votes/registry.h"
#include "schemas/view_options.h"

namespace ttt {

/// kind = "vote": test-time augmentation, the plain image first, then distinct views of it.
struct VoteOptions {
  Chosen rule = choose(vote_alternatives(), "mean");  // of pipeline/votes; its own keys stand beside these
  int views = 0;  // votes cast; 0: up to the cost of the dearest adapt method, or as far as views go
  std::vector<std::string> keep = {};  // optional columns: "view_logits", 4 bytes a view and class
  ViewOptions view = {};               // [method.NAME.view]
  bool operator==(const VoteOptions&) const = default;
};
Fields fields(VoteOptions& options);
void validate(const VoteOptions& options);

/// Numbers of votes at which a prediction is recorded: 1, 2, 4, ..., views.
std::vector<int> vote_milestones(const VoteOptions& options);

/// Votes that cost no more than `flops` when one costs `flops_of_vote`: at most the distinct views there are,
/// at least 1.
int affordable_views(const VoteOptions& options, double flops_of_vote, double flops);

}  // namespace ttt
