#pragma once
#include <functional>
#include <optional>
#include <string>

#include "pipeline/mpi/communicator.h"
#include "schemas/error.h"

namespace ttt {

/// An exception in a form that travels between ranks: one line.
struct Failure {
  ExitCode code = ExitCode::internal;
  std::string message;
};

/// Runs `step` and gives back what it threw, if it did. What is not an Error is our own mistake.
std::optional<Failure> failure_of(const std::function<void()>& step);

/// Collective. Every rank runs `step`; when it throws on some, every rank throws the Error of the lowest such
/// rank, so that none waits for one that has left. For what precedes share(): reading the spec, opening
/// inputs.
void agree(const Communicator& communicator, const std::function<void()>& step);

}  // namespace ttt
