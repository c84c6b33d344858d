// timing.csv, which run writes, and timing.h5, which aggregate makes of it.
#include <fmt/ranges.h>

#include <map>
#include <numeric>
#include <set>

#include "pipeline/inspect/file_kind.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/timing_log.h"

namespace ttt {
namespace {

constexpr std::string_view title = "Timing of ttt-eval";
constexpr std::string_view header = "method,model,block,samples,lanes,seconds";

std::vector<UnitTiming> read_table(const std::filesystem::path& file) {
  const Hdf5File opened = Hdf5File::open(file);
  const Hdf5Group& root = opened.root();
  const auto shape = root.shape("unit");
  const auto method = root.read_strings("method"), host = root.read_strings("host");
  const auto samples = root.read<int64_t>("samples", shape);
  const auto seconds = root.read<double>("seconds", shape), waited = root.read<double>("waited", shape);
  if (method.size() != seconds.size() || host.size() != seconds.size())
    root.refuse("method", "differs in length from the seconds");
  std::vector<UnitTiming> units(seconds.size());
  for (size_t i = 0; i < units.size(); ++i) {
    units[i].method = method[i];
    units[i].host = host[i];
    units[i].samples = samples[i];
    units[i].seconds = seconds[i];
    units[i].waited = waited[i];
  }
  return units;
}

Facts facts_of(const std::vector<UnitTiming>& units) {
  std::set<std::string> hosts;
  std::map<std::string, std::pair<double, int64_t>> by_method;  // seconds, samples
  double seconds = 0, waited = 0;
  for (const UnitTiming& unit : units) {
    hosts.insert(unit.host);
    seconds += unit.seconds;
    waited += unit.waited;
    by_method[unit.method].first += unit.seconds;
    by_method[unit.method].second += unit.samples;
  }
  Facts found = {{"units", std::to_string(units.size())},
                 {"hosts", fmt::format("{}", fmt::join(hosts, ", "))},
                 {"time", fmt::format("{:.1f} s of ranks at work, {:.1f} s without", seconds, waited)}};
  for (const auto& [method, sums] : by_method)
    found.emplace_back(
        "method " + method,
        fmt::format("{:.1f} s, {:.3g} s for each of {} episodes", sums.first,
                    sums.first / static_cast<double>(std::max<int64_t>(1, sums.second)), sums.second));
  return found;
}

}  // namespace

extern const FileKind timing_table_file, timing_log_file;
constinit const FileKind timing_table_file = {
    "timing table", "how long each unit of work took and where (timing.h5, made by aggregate)",
    [](const StoredFile& file) { return file.word("title").starts_with(title); },
    [](const StoredFile& file) { return facts_of(read_table(file.path)); }};
constinit const FileKind timing_log_file = {
    "timing log", "the same as it is written while the job runs (timing.csv)",
    [](const StoredFile& file) { return file.word("header").starts_with(header); },
    [](const StoredFile& file) { return facts_of(read_timing_log(file.path)); }};

}  // namespace ttt
