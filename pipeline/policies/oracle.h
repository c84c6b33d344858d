#pragma once
#include "pipeline/policies/rule.h"

namespace ttt {

/// The cheapest right prediction within reach of milestone m; the source prediction where none is right. It
/// knows without looking, and pays for that one alone.
Decision oracle_decision(const OracleRow& row, int m, Reach reach);

}  // namespace ttt
