#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/policies/policy_options.h"
#include "schemas/files/results.h"

namespace ttt {

/// A policy's results, computed from records that `results` holds already, and those of its controls:
/// NAME+random (role control; not of rules that mix, which choose nothing) and NAME+oracle (role oracle). A
/// policy by the rule "oracle" has role oracle and no controls. Milestones, unit and the nominal cost are
/// those of the method it reads; what each sample paid is in Records::paid_flops. `steps_taken` holds the
/// steps of the milestone that the last prediction comes from; there are no auxiliary losses. `spec` is left
/// to the caller. Labels and what is right are read by oracles, and of the tune split by fitting (fit.h);
/// elsewhere only to judge predictions that are new. Throws a data Error as policy_task() and fit_rule() do.
std::vector<MethodResults> policy_results(const std::string& name, const PolicyOptions& options,
                                          const Results& results, uint64_t seed);

}  // namespace ttt
