#include "pipeline/verify/origin.h"

#include "schemas/error.h"
#include "schemas/files/digest.h"

namespace ttt {

void require_origin(const Results& results, const std::string& name, const std::filesystem::path& file) {
  const auto promised = results.provenance.find(name);
  if (promised == results.provenance.end())
    fail(ExitCode::data, "{}: the results do not say what it was", file.string());
  if (digest_file(file) != promised->second)
    fail(ExitCode::data, "{}: is not the file that the results were made from (SHA-256 differs)",
         file.string());
}

std::string made_elsewhere(const Results& results, const Fingerprint& here) {
  std::string text;
  for (const auto& [key, value] : here) {
    const auto there = results.provenance.find(key);
    if (there == results.provenance.end() || there->second == value) continue;
    text += fmt::format("{}{}: {} there, {} here", text.empty() ? "" : "; ", key, there->second, value);
  }
  return text;
}

}  // namespace ttt
