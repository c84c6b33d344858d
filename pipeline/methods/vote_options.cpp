#include "pipeline/methods/vote_options.h"

#include <algorithm>

#include "pipeline/methods/kept_columns.h"

namespace ttt {

Fields fields(VoteOptions& o) {
  Fields all = {choice_among("rule", o.rule, vote_alternatives()),
                {"views", &o.views, {0, 100'000}},
                {"keep", &o.keep}};
  for (Field& field : o.rule.options.fields()) all.push_back(std::move(field));
  all.push_back({"view", fields(o.view)});
  return all;
}

void validate(const VoteOptions& o) {
  const int most = distinct_views(o.view);
  require_option(o.views <= most, "views", "{} (at most the {} distinct views that [view] makes)", o.views,
                 most);
  require_kept(o.keep, {"view_logits"});
  o.rule.options.validate();
}

std::vector<int> vote_milestones(const VoteOptions& options) {
  std::vector<int> votes;
  for (int n = 1; n < options.views; n *= 2) votes.push_back(n);
  votes.push_back(options.views);
  return votes;
}

int affordable_views(const VoteOptions& options, double flops_of_vote, double flops) {
  return static_cast<int>(
      std::clamp(flops / flops_of_vote, 1.0, static_cast<double>(distinct_views(options.view))));
}

}  // namespace ttt
