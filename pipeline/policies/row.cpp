#include "pipeline/policies/row.h"

#include <cassert>
#include <cmath>

namespace ttt {
namespace {

std::span<const float> logits_of(const Records& records, int64_t row, int m) {
  const int64_t at = row * records.milestones + m;
  return {records.logits.data() + at * records.classes, static_cast<size_t>(records.classes)};
}

/// What this sample cost where the method kept that, else what the method costs.
double flops_of(const Records& records, const CostTable& cost, int64_t row, int m) {
  return records.paid_flops.empty() ? cost.flops[m] : records.paid_flops[row * records.milestones + m];
}

}  // namespace

Status status_of(const PolicySource& source, size_t model, int64_t row) {
  const Status status = source.from->records[model].status[row];
  if (status != Status::ok || !source.with) return status;
  const Status second = source.with->records[model].status[row];
  return second == Status::skipped ? Status::ok : second;  // a skipped episode has its predictions
}

PolicyRow::PolicyRow(const PolicySource& source, size_t model, int64_t row)
    : records_(&source.from->records[model]),
      cost_(&source.from->cost),
      forward_flops_(source.forward_flops),
      row_(row) {
  if (!source.with) return;
  with_ = &source.with->records[model];
  with_cost_ = &source.with->cost;
}

std::span<const float> PolicyRow::logits(int m) const { return logits_of(*records_, row_, m); }

std::span<const float> PolicyRow::with_logits() const {
  assert(with_);
  return logits_of(*with_, row_, with_->milestones - 1);
}

double PolicyRow::with_flops() const {
  assert(with_);
  return flops_of(*with_, *with_cost_, row_, with_->milestones - 1);
}

double PolicyRow::flops(int m) const { return flops_of(*records_, *cost_, row_, m); }

double PolicyRow::flops_of_steps(int wanted) const {
  int above = 1;
  while (above < milestones() && steps(above) < wanted) ++above;
  if (above >= milestones()) return flops(milestones() - 1);
  const double share = static_cast<double>(wanted - steps(above - 1)) / (steps(above) - steps(above - 1));
  return std::lerp(flops(above - 1), flops(above), share);
}

}  // namespace ttt
