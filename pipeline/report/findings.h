#pragma once
#include <string>
#include <vector>

#include "pipeline/analysis/analysis.h"

namespace ttt {

enum class Tone { good, bad, care, plain };

/// One thing the numbers say, in plain words: a headline and its evidence.
struct Finding {
  Tone tone = Tone::plain;
  std::string head, evidence;
};

/// A difference counts as shown below this p-value.
inline constexpr double shown = 0.05;

/// What a reader must know about the section, good or bad, the most important first.
std::vector<Finding> findings(const Analysis& analysis, const Section& section);

/// "95 % interval over 5 models −1.0 … +9.4, p = 0.04"; for one model the bootstrap interval and McNemar's p.
std::string evidence_text(const Analysis& analysis, const Effect& effect);

/// The p-value a claim rests on: over models where there are at least two, else McNemar's.
double honest_p(const Effect& effect);

}  // namespace ttt
