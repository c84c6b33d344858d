#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "schemas/error.h"

namespace ttt {

/// What a look at everything that a spec names has found.
struct Findings {
  std::vector<std::pair<std::string, std::string>> facts;  // what it is about, and a sentence
  std::vector<std::string> notes;                          // what may not be meant so
  std::vector<Error> problems;                             // what would stop the job

  /// Does `step`; an Error of it is a problem. Returns whether there was none.
  bool attempt(const std::function<void()>& step) {
    try {
      step();
      return true;
    } catch (const Error& error) {
      problems.push_back(error);
      return false;
    }
  }
};

}  // namespace ttt
