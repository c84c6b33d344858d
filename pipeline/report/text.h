#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/analysis/statistics.h"

namespace ttt {

/// Numbers as the report prints them. Undefined values are a dash. Values and gains: score_text.h.
std::string percent(double share);         // 0.558 -> "55.8"
std::string p_value(double p);             // "0.041", "8e-25"
std::string p_is(double p);                // "p = 0.041"
std::string short_number(double value);    // three significant digits: "145", "0.0016", "1.2e+07"
std::string flops_text(double flops);      // "1.59 MFLOP"
std::string seconds_text(double seconds);  // "3.1 ms"
std::string counted(int64_t n, std::string_view one, std::string_view many);  // "1 view", "32 views"
std::string grouped(int64_t n);                                    // "4 500" in groups of three, thin spaces
std::string milestone_text(int milestone, std::string_view unit);  // (8, "steps") -> "8 steps"

/// The same text with XML's five special characters as entities, and without control characters XML forbids.
std::string escape(std::string_view text);

}  // namespace ttt
