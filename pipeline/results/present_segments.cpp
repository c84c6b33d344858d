#include "pipeline/results/present_segments.h"

#include "schemas/files/job_folder.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.insert(entry->path().filename().string());
  return names;
}

}  // namespace

fs::path PresentSegments::find(const RunUnit& unit) {
  const auto [found, fresh] = names_.try_emplace({unit.method.name, unit.model.name});
  if (fresh) found->second = names_in(JobFolder{dir_}.segments(unit.method.name, unit.model.name));
  if (found->second.empty()) return {};
  const fs::path file = segment_file(dir_, unit);
  return found->second.contains(file.filename().string()) ? file : fs::path();
}

}  // namespace ttt
