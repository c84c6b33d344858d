#pragma once
#include <cstdint>
#include <span>

#include "schemas/method_results.h"

namespace ttt {

/// The methods whose records a policy reads.
struct PolicySource {
  const MethodResults* from = nullptr;  // has milestone 0, the source model's prediction
  const MethodResults* with = nullptr;  // a second method, for the rules that mix two
  double forward_flops = 0;             // of one plain prediction
};

/// What became of a sample, as far as a policy can tell: `ok` where it has something to decide.
Status status_of(const PolicySource& source, size_t model, int64_t row);

/// What a rule may know of one sample under one model: neither the label nor whether a prediction is right.
/// M milestones, S steps, C classes of the method that the policy reads.
class PolicyRow {
 public:
  PolicyRow(const PolicySource& source, size_t model, int64_t row);

  int milestones() const { return records_->milestones; }
  int steps(int m) const { return cost_->milestone[m]; }  // made before milestone m

  int predicted(int m) const { return records_->predicted[at(m)]; }
  double confidence(int m) const { return records_->confidence[at(m)]; }
  double entropy(int m) const { return records_->entropy[at(m)]; }
  double margin(int m) const { return records_->margin[at(m)]; }
  std::span<const float> logits(int m) const;  // [C]
  double aux_loss(int step) const { return records_->aux_loss[row_ * records_->steps + step]; }
  double update_norm(int step) const { return records_->update_norm[row_ * records_->steps + step]; }
  double auxiliary_confidence() const { return records_->auxiliary_confidence[row_]; }
  double probe_loss(int m) const { return records_->probe_loss[at(m)]; }

  /// Of the last milestone of the second method.
  std::span<const float> with_logits() const;  // [C]
  double with_flops() const;

  // FLOPs. Those of a milestone include one prediction; so do those of a number of steps, for which they are
  // interpolated between the milestones around it.
  double flops(int m) const;
  double flops_of_steps(int steps) const;
  double prediction_flops() const { return flops(0); }
  double forward_flops() const { return forward_flops_; }

 protected:
  bool is_right(int m) const { return records_->correct[at(m)] != 0; }

 private:
  int64_t at(int m) const { return row_ * records_->milestones + m; }

  const Records* records_;
  const CostTable* cost_;
  const Records* with_ = nullptr;
  const CostTable* with_cost_ = nullptr;
  double forward_flops_;
  int64_t row_;
};

/// What an oracle knows besides: it reads labels.
class OracleRow : public PolicyRow {
 public:
  using PolicyRow::PolicyRow;
  bool right(int m) const { return is_right(m); }
};

}  // namespace ttt
