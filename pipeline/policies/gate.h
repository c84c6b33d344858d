#pragma once
#include <limits>
#include <optional>

#include "pipeline/policies/rule.h"

namespace ttt {

/// Any number: a threshold may be infinite, which is always or never.
inline constexpr Range any_number{-std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::infinity()};

/// Which side of the threshold adapts.
enum class Side { above, below };

/// Options of the gates that compare one signal of a sample with a threshold.
struct GateOptions {
  Side adapt = Side::above;  // at least the threshold, or below it
  std::optional<double> threshold =
      std::nullopt;  // in the signal's unit; without one: fitted on the tune split
  bool operator==(const GateOptions&) const = default;
};
Fields fields(GateOptions& options);
void validate(const GateOptions& options);

/// Whether a signal is on the side that adapts. One that is not a number never is.
bool adapts(const GateOptions& options, double threshold, double signal);

/// What a sample pays at milestone m, the signal included: with the source prediction alone, and with the
/// adapted one.
struct GatePrice {
  double source_flops = 0;
  double adapted_flops = 0;
};

/// Of a signal that the source prediction gives: that prediction comes first, whatever follows.
GatePrice price_after_source(const PolicyRow& row, int m);

/// The source prediction, or milestone m. At milestone 0 they are the same, and no signal is looked at.
Decision gated(const GateOptions& options, double threshold, double signal, const GatePrice& price,
               const PolicyRow& row, int m);

/// The threshold of GateOptions.
std::optional<double> given_threshold(const Options& options);

}  // namespace ttt
