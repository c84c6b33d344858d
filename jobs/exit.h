#pragma once
#include <functional>
#include <string_view>

#include "schemas/error.h"

namespace ttt {

/// An Error as one line on standard error, and the exit code it asks for.
int print(std::string_view program, const Error& error);

/// What main() returns of `body`: its value, or the exit code of what it threw, which is printed where
/// `prints()`; elsewhere the process first waits two seconds, since a launcher kills all when one has failed.
int exit_code_of(
    std::string_view program, const std::function<int()>& body,
    const std::function<bool()>& prints = [] { return true; });

}  // namespace ttt
