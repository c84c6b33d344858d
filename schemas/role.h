#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace ttt {

/// What a method is to the analysis. `tested` is the one under test, which the report chooses; results store
/// the others.
enum class Role : uint8_t {
  tested,
  adapt,     // episodes of test-time training
  online,    // the same, but weights are kept from sample to sample
  placebo,   // costs as much as the real thing and should not help
  control,   // decides at random as often as the policy that brought it along
  source,    // the source model alone
  vote,      // test-time augmentation
  ensemble,  // several source models
  policy,    // computed from stored records: when to adapt, when to stop, what to mix
  memory,    // corrects predictions by earlier samples of a stream
  oracle     // reads labels: an upper bound, never a method
};

std::string_view name(Role role);

/// Whether milestone 0 of such a method is the source model's own prediction.
bool starts_at_source(Role role);

/// Throws a data Error for a name that no role has.
Role role_named(std::string_view name);

}  // namespace ttt
