// Shares units that do next to nothing, as jobs/main.cpp shares real ones; test_share.py starts it under
// mpirun.
//   share_program DIR [units=N,N,...: one round each] [cpu_microseconds=N] [hold=UNIT] [grace=SECONDS]
//       [fail=KIND with fail_on=RANK or fail_unit=UNIT] [report_fails=UNIT] [early=RANK] [stop_first=RANK]
//       [done_before=UNIT]
// When rank R begins unit U of round T it leaves DIR/begun-T-U.R, when it ends it DIR/done-T-U.R, and rank 0
// hears of it by DIR/report-T-U.R. A held unit works until DIR/release is there, and leaves DIR/stopping once
// its rank got a signal. DIR/pid-R holds the process of rank R.
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/process/stop_request.h"
#include "pipeline/sharing/communicator.h"
#include "pipeline/sharing/failure.h"
#include "pipeline/sharing/launch_environment.h"
#include "pipeline/sharing/share.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

struct Request {
  fs::path dir;
  std::map<std::string, std::string> values;

  std::string word(const std::string& key) const { return values.contains(key) ? values.at(key) : ""; }
  int64_t number(const std::string& key, int64_t otherwise) const {
    return values.contains(key) ? std::stoll(values.at(key)) : otherwise;
  }
};

Request read_request(int argc, char** argv) {
  Request request{argv[1], {}};
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    request.values[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return request;
}

template <typename Value>
void write(const fs::path& file, const Value& value) {
  std::ofstream(file) << value;
}

double cpu_seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

void break_down(const std::string& kind) {
  if (kind == "spec") fail(ExitCode::spec, "broken on purpose");
  if (kind == "data") fail(ExitCode::data, "broken on purpose\nsecond line");
  if (kind == "io") fail(ExitCode::io, "broken on purpose {}", std::string(5000, 'x'));
  if (kind == "bad_alloc") throw std::bad_alloc();
  if (kind == "death") kill(getpid(), SIGKILL);
  throw std::logic_error("broken on purpose");
}

void compute(double seconds, Attempt& attempt) {
  const double end = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) + seconds;
  while (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) < end) {
    if (attempt.drop_now()) throw Dropped{};
  }
}

void hold_until_released(const fs::path& dir, Attempt& attempt) {
  while (!fs::exists(dir / "release")) {
    if (attempt.drop_now()) throw Dropped{};
    if (stop_requested()) write(dir / "stopping", "");
    attempt.advance(1, "held");
    usleep(1000);
  }
}

constexpr int64_t first_id = 1000;  // ids are not positions

std::vector<Unit> make_units(int64_t count) {
  std::vector<Unit> units;
  for (int64_t i = 0; i < count; ++i) units.push_back({first_id + i, 5, fmt::format("unit-{}", i)});
  return units;
}

Outcome share_round(const Communicator& communicator, const Request& request, int64_t round, int64_t units) {
  ShareOptions options{.what = "share"};
  if (const int64_t done_before = request.number("done_before", -1); done_before >= 0) {
    options.done.assign(static_cast<size_t>(units), false);
    options.done.at(static_cast<size_t>(done_before)) = true;
  }
  options.grace_seconds = static_cast<double>(request.number("grace", 25));
  const auto file = [&](const char* event, int64_t unit, int rank) {
    return request.dir / fmt::format("{}-{}-{}.{}", event, round, unit - first_id, rank);
  };
  const auto work = [&](const Unit& unit, Attempt& attempt) {
    write(file("begun", unit.id, communicator.rank()), "");
    const bool fails = communicator.rank() == request.number("fail_on", -1) ||
                       unit.id - first_id == request.number("fail_unit", -1);
    if (fails) break_down(request.word("fail"));
    compute(1e-6 * static_cast<double>(request.number("cpu_microseconds", 0)), attempt);
    if (unit.id - first_id == request.number("hold", -1)) hold_until_released(request.dir, attempt);
    write(file("done", unit.id, communicator.rank()), "");
    return fmt::format("note of {}", unit.name);
  };
  const auto report = [&](const UnitReport& done) {
    if (done.unit - first_id == request.number("report_fails", -1)) fail(ExitCode::io, "broken on purpose");
    write(file("report", done.unit, done.rank), done.waited);
  };
  return share(communicator, make_units(units), options, work, report);
}

ExitCode share_all(const Communicator& communicator, const Request& request) {
  agree(communicator, [&] {
    if (communicator.rank() == request.number("early", -1)) fail(ExitCode::data, "broken on purpose");
  });
  write(request.dir / fmt::format("pid-{}", communicator.rank()), getpid());
  if (communicator.rank() == request.number("stop_first", -1)) std::raise(SIGTERM);
  const double start = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  Outcome outcome = Outcome::complete;
  std::istringstream counts(request.word("units"));
  std::string count;
  for (int64_t round = 0; outcome == Outcome::complete && std::getline(counts, count, ','); ++round)
    outcome = share_round(communicator, request, round, std::stoll(count));
  write(request.dir / fmt::format("cpu-{}", communicator.rank()),
        cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - start);
  return outcome == Outcome::complete ? ExitCode::complete : ExitCode::drained;
}

int run(int argc, char** argv) {
  catch_stop_signals();
  Communicator communicator(&argc, &argv);
  ExitCode code = ExitCode::internal;
  try {
    code = share_all(communicator, read_request(argc, argv));
  } catch (const Error& error) {
    if (communicator.rank() == 0) fmt::print(stderr, "share_program: {}\n", error.what());
    code = error.code();
  }
  return communicator.finish(code);
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  try {
    return ttt::run(argc, argv);
  } catch (const ttt::Error& error) {
    if (ttt::prints_early_errors()) fmt::print(stderr, "share_program: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
