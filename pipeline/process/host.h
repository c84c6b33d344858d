#pragma once
#include <cstdint>
#include <string>

namespace ttt {

/// The name of this machine.
std::string host_name();

/// Something that tells a process of this machine from a later one with the same number: when it started, in
/// ticks since the machine did. 0: there is no such process.
int64_t start_of_process(int64_t pid);

/// Seconds since 1970, UTC.
double seconds_now();

/// "2026-11-29T16:37:51Z".
std::string utc_text(double seconds);

}  // namespace ttt
