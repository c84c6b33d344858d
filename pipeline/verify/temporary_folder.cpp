#include "pipeline/verify/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "schemas/error.h"

namespace ttt {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "ttt-eval-XXXXXX").string();
  if (!mkdtemp(pattern.data())) fail(ExitCode::io, "{}: cannot be made ({})", pattern, std::strerror(errno));
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace ttt
