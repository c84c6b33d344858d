#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/policies/policy_task.h"

namespace ttt {

/// Decisions for all samples under one model [B, M]; those of samples without status ok mean nothing.
using Decisions = std::vector<Decision>;

/// What the rule decides, with the numbers that were fitted for this model.
Decisions decisions_of(const PolicyTask& task, size_t model, std::span<const double> fitted);

/// The decisions of a policy for one model, dealt out anew among the samples of each split: as many of each
/// kind, but whose they are is drawn for each sample's number. Nothing is looked at: a sample pays for its
/// prediction alone.
Decisions random_decisions(const PolicyTask& task, size_t model, const Decisions& decisions, uint64_t seed);

/// The best choice within the rule's reach; where that is wrong, the policy's own new prediction if it is
/// right.
Decisions oracle_decisions(const PolicyTask& task, size_t model, const Decisions& decisions);

/// The records that follow. Copies are equal to the byte; new predictions are compared with the label here.
/// Samples without status ok keep the records of the method that the policy reads.
Records decided_records(const PolicyTask& task, size_t model, const Decisions& decisions);

}  // namespace ttt
