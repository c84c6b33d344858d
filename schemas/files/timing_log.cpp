#include "schemas/files/timing_log.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>
#include <tuple>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/job_folder.h"

namespace ttt {
namespace {

constexpr auto header = "method,model,block,samples,lanes,seconds,waited,rank,host\n";

/// Method and model names hold neither commas nor quotes (option_fields.h), nor do host names.
bool parse(const std::string& line, UnitTiming& t) {
  std::istringstream in(line);
  std::string block, samples, lanes, seconds, waited, rank;
  const bool whole = std::getline(in, t.method, ',') && std::getline(in, t.model, ',') &&
                     std::getline(in, block, ',') && std::getline(in, samples, ',') &&
                     std::getline(in, lanes, ',') && std::getline(in, seconds, ',') &&
                     std::getline(in, waited, ',') && std::getline(in, rank, ',') && std::getline(in, t.host);
  if (!whole) return false;
  try {
    t.block = std::stoll(block);
    t.samples = std::stoll(samples);
    t.lanes = std::stoi(lanes);
    t.seconds = std::stod(seconds);
    t.waited = std::stod(waited);
    t.rank = std::stoi(rank);
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

}  // namespace

TimingLog::TimingLog(const std::filesystem::path& dir) : file_(JobFolder{dir}.timing_log()) {}

void TimingLog::append(const UnitTiming& t) {
  require_no_pipe(file_);
  const bool fresh = !is_there(file_);
  std::ofstream out(file_, std::ios::app);
  // The leading line end closes a line that a crash cut short.
  out << (fresh ? header : "\n")
      << fmt::format("{},{},{},{},{},{:.6f},{:.6f},{},{}", t.method, t.model, t.block, t.samples, t.lanes,
                     t.seconds, t.waited, t.rank, t.host);
  if (!out.flush()) fail(ExitCode::io, "{}: cannot be written", file_.string());
}

std::vector<UnitTiming> read_timings(const std::filesystem::path& dir) {
  return read_timing_log(JobFolder{dir}.timing_log());
}

std::vector<UnitTiming> read_timing_log(const std::filesystem::path& file) {
  std::map<std::tuple<std::string, std::string, int64_t>, UnitTiming> units;
  require_no_pipe(file);
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (UnitTiming t; parse(line, t)) units[{t.method, t.model, t.block}] = t;
  std::vector<UnitTiming> timings;
  for (auto& [key, timing] : units) timings.push_back(std::move(timing));
  return timings;
}

void publish_timings(const std::filesystem::path& dir) {
  const std::vector<UnitTiming> timings = read_timings(dir);
  const auto column = [&](auto member) {
    std::vector<std::decay_t<decltype(timings.front().*member)>> values;
    for (const UnitTiming& t : timings) values.push_back(t.*member);
    return values;
  };
  if (timings.empty()) return;
  publish(JobFolder{dir}.timings(), [&](const std::filesystem::path& aside) {
    Hdf5File file = Hdf5File::create(aside);
    const Hdf5Group& root = file.root();
    root.set(
        {{"title", "Timing of ttt-eval: what each unit of work took and where"}, {"Conventions", "CF-1.8"}});
    std::vector<int32_t> unit(timings.size());
    std::iota(unit.begin(), unit.end(), 0);
    root.write_axis("unit", unit, {{"units", "1"}, {"long_name", "unit of work"}});
    root.write("method", {"unit"}, column(&UnitTiming::method));
    root.write("model", {"unit"}, column(&UnitTiming::model));
    root.write("block", {"unit"}, column(&UnitTiming::block), {{"units", "1"}});
    root.write("samples", {"unit"}, column(&UnitTiming::samples), {{"units", "1"}});
    root.write("lanes", {"unit"}, column(&UnitTiming::lanes),
               {{"units", "1"}, {"long_name", "episodes side by side"}});
    root.write("seconds", {"unit"}, column(&UnitTiming::seconds), {{"units", "s"}});
    root.write("waited", {"unit"}, column(&UnitTiming::waited), {{"units", "s"}});
    root.write("rank", {"unit"}, column(&UnitTiming::rank), {{"units", "1"}});
    root.write("host", {"unit"}, column(&UnitTiming::host));
    file.close();
  });
}

}  // namespace ttt
