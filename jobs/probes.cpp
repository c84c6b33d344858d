#include "jobs/probes.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "schemas/error.h"

namespace ttt {
namespace {

/// A child that measures, and the pipe that its answer comes through.
struct Probe {
  pid_t process = 0;
  int answer = -1;
};

nlohmann::json as_json(const Timings& m) {
  return {{"sample", m.sample},     {"read", m.read},      {"trained", m.trained},
          {"features", m.features}, {"methods", m.method}, {"memory", m.memory}};
}

/// What the child says: its figures, or what it threw.
std::string answer_of(const std::function<Timings()>& measure) {
  try {
    return as_json(measure()).dump();
  } catch (const Error& error) {
    return nlohmann::json{{"code", static_cast<int>(error.code())}, {"error", error.what()}}.dump();
  } catch (const std::exception& error) {
    return nlohmann::json{{"code", static_cast<int>(ExitCode::internal)}, {"error", error.what()}}.dump();
  }
}

[[noreturn]] void answer(int pipe, const std::function<Timings()>& measure) {
  const std::string text = answer_of(measure);
  const bool whole = write(pipe, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  _exit(whole ? 0 : 1);
}

Probe start(const std::function<Timings()>& measure) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) fail(ExitCode::io, "plan: no pipe: {}", std::strerror(errno));
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) fail(ExitCode::io, "plan: no process to measure in: {}", std::strerror(errno));
  if (child == 0) {
    close(ends[0]);
    answer(ends[1], measure);
  }
  close(ends[1]);
  return {child, ends[0]};
}

std::string hear(const Probe& probe) {
  std::string text;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = read(probe.answer, some.data(), some.size())) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    text.append(some.data(), static_cast<size_t>(got));
  }
  close(probe.answer);
  while (waitpid(probe.process, nullptr, 0) < 0 && errno == EINTR) {
  }
  return text;
}

Timings understood(const std::string& text) {
  const nlohmann::json said = nlohmann::json::parse(text, nullptr, false);
  if (said.is_discarded())
    fail(ExitCode::internal, "plan: a process that measured ended without an answer; out of memory?");
  if (said.contains("error"))
    throw Error(static_cast<ExitCode>(said.at("code").get<int>()), said.at("error").get<std::string>());
  Timings m{said.at("sample"), said.at("read"), said.at("trained"), said.at("features"), {},
            said.at("memory")};
  m.method = said.at("methods").get<std::map<std::string, double>>();
  return m;
}

Timings mean_of(const std::vector<Timings>& all) {
  Timings mean;
  const double share = 1.0 / static_cast<double>(all.size());
  for (const Timings& m : all) {
    mean.sample += share * m.sample;
    mean.read += share * m.read;
    mean.trained += share * m.trained;
    mean.features += share * m.features;
    for (const auto& [name, seconds] : m.method) mean.method[name] += share * seconds;
    mean.memory = std::max(mean.memory, m.memory);
  }
  return mean;
}

}  // namespace

Timings measure_side_by_side(int count, const std::function<Timings()>& measure) {
  std::vector<Probe> probes;
  for (int i = 0; i < count; ++i) probes.push_back(start(measure));
  std::vector<std::string> said;
  for (const Probe& probe : probes) said.push_back(hear(probe));
  std::vector<Timings> all;
  for (const std::string& text : said) all.push_back(understood(text));
  return mean_of(all);
}

}  // namespace ttt
