#pragma once
#include <filesystem>

namespace ttt {

/// A new, empty folder where the system keeps temporary files (TMPDIR), removed with what is in it. Throws an
/// io Error when it cannot be made.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ttt
