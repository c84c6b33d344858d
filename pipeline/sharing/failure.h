#pragma once
#include <functional>
#include <optional>
#include <string>

#include "pipeline/sharing/communicator.h"
#include "schemas/error.h"
#include "schemas/fingerprint.h"

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

/// Collective. Throws a spec Error on every rank when `mine` is not the same on all of them: it names the
/// lowest rank that differs from rank 0 and in what. For what results depend on (provenance()): found out
/// later, it is work done for nothing.
void agree_on(const Communicator& communicator, const Fingerprint& mine);

}  // namespace ttt
