#include "pipeline/sharing/failure.h"

#include <algorithm>
#include <exception>
#include <new>

#include "pipeline/sharing/backoff.h"

namespace ttt {
namespace {

constexpr int report_tag = 3, verdict_tag = 4, facts_tag = 5;  // share() has 1 and 2

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// The code as one byte, then the message; a code of 0 says that there was no failure.
std::string encode(const std::optional<Failure>& failure) {
  if (!failure) return std::string(1, '\0');
  return (static_cast<char>(failure->code) + failure->message).substr(0, Communicator::longest_message);
}

std::optional<Failure> decode(const std::string& bytes) {
  const auto code = static_cast<ExitCode>(bytes.at(0));
  if (code == ExitCode::complete) return std::nullopt;
  return Failure{code, bytes.substr(1)};
}

Communicator::Message wait_for_message(const Communicator& communicator, int tag) {
  for (Backoff backoff;; backoff.rest()) {
    if (auto message = communicator.receive(tag)) return *message;
  }
}

// Rank 0: hears all ranks and tells them the failure of the lowest rank.
std::optional<Failure> judge(const Communicator& communicator, const std::optional<Failure>& own) {
  std::optional<Failure> verdict = own;
  int lowest = own ? 0 : communicator.size();
  for (int heard = 1; heard < communicator.size(); ++heard) {
    const auto message = wait_for_message(communicator, report_tag);
    const auto failure = decode(message.bytes);
    if (!failure || message.from > lowest) continue;
    lowest = message.from;
    verdict = failure;
  }
  for (int rank = 1; rank < communicator.size(); ++rank)
    communicator.send(rank, verdict_tag, encode(verdict));
  return verdict;
}

// Rank 0: hears what all others say of themselves; the lowest rank that says something else, and what.
void require_same(const Communicator& communicator, const Fingerprint& mine) {
  int odd = communicator.size();
  std::string differs;
  for (int heard = 1; heard < communicator.size(); ++heard) {
    const auto message = wait_for_message(communicator, facts_tag);
    const std::string found = difference(mine, fingerprint_from_json(message.bytes));
    if (found.empty() || message.from > odd) continue;
    odd = message.from;
    differs = one_line(found);
  }
  require(
      differs.empty(),
      "rank {} differs from rank 0 in what results depend on ({}): give the job nodes of one kind, or pin "
      "run.isa where only the CPUs differ",
      odd, differs);
}

}  // namespace

std::optional<Failure> failure_of(const std::function<void()>& step) {
  try {
    step();
    return std::nullopt;
  } catch (const Error& e) {
    return Failure{e.code(), one_line(e.what())};
  } catch (const std::bad_alloc&) {
    return Failure{ExitCode::internal, "out of memory (fewer ranks on a node or fewer lanes need less)"};
  } catch (const std::exception& e) {
    return Failure{ExitCode::internal, one_line(e.what())};
  }
}

void agree(const Communicator& communicator, const std::function<void()>& step) {
  std::optional<Failure> failure = failure_of(step);
  if (communicator.rank() == 0) {
    failure = judge(communicator, failure);
  } else {
    communicator.send(0, report_tag, encode(failure));
    failure = decode(wait_for_message(communicator, verdict_tag).bytes);
  }
  if (failure) throw Error(failure->code, failure->message);
}

void agree_on(const Communicator& communicator, const Fingerprint& mine) {
  agree(communicator, [&] {
    if (communicator.rank() == 0) return require_same(communicator, mine);
    communicator.send(0, facts_tag, to_json(mine));
  });
}

}  // namespace ttt
