#pragma once
#include <functional>
#include <string>

#include "schemas/job_spec.h"

namespace ttt {

/// The method of a spec that another one, `reader`, takes its records from: the one named in `key` ("from"),
/// or for an empty name the first that `fits`. Throws an OptionError of that key, with `what` a method must
/// be to fit, when there is none: unknown, computed from records itself, or unfit.
const MethodOptions& source_method(const JobSpec& spec, const MethodOptions& reader, const char* key,
                                   const std::string& named,
                                   const std::function<bool(const MethodOptions&)>& fits,
                                   const std::string& what);

}  // namespace ttt
