#pragma once
#include <string>
#include <vector>

#include "pipeline/analysis/analysis.h"

namespace ttt {

enum class Tone { good, bad, care, plain };

/// One thing the numbers say, in plain words.
struct Finding {
  Tone tone = Tone::plain;
  std::string head;        // the claim, without its full stop
  std::string evidence;    // what it rests on, in sentences
  std::string tests = "";  // which test says what about a difference (verdict.h); "": it claims none
};

/// What a reader must know about the section, good or bad, the most important first.
std::vector<Finding> findings(const Analysis& analysis, const Section& section);

}  // namespace ttt
