#include "schemas/durable_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int64_t largest_file = int64_t{16}
                                 << 30;  // bytes that are read whole; a sparse file may claim any size

[[noreturn]] void fail_io(const fs::path& path, std::string_view what) {
  fail(ExitCode::io, "{}: cannot be {} ({})", path.string(), what, std::strerror(errno));
}

/// An open file descriptor.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : value_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  bool opened() const { return value_ >= 0; }
  int get() const { return value_; }
  /// Network file systems report some failed writes here only.
  bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (!descriptor.opened()) fail_io(folder, "opened");
  // Some file systems cannot sync a folder and say so with EINVAL.
  if (fsync(descriptor.get()) != 0 && errno != EINVAL) fail_io(folder, "synced");
}

/// Makes a folder and what is missing above it, each durably.
void make_folder(const fs::path& folder) {
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return;
  const fs::path parent = folder_of(folder);
  if (parent != folder) make_folder(parent);
  if (mkdir(folder.c_str(), 0777) != 0 && !(errno == EEXIST && fs::is_directory(folder, ignored))) {
    fail_io(folder, "made");
  }
  sync_folder(parent);
}

// A name aside is FILE.HOST.PID-RANDOM.part: two jobs may share a folder.

std::string prefix_aside(const fs::path& file) {
  std::array<char, 256> host = {};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}.{}.", file.filename().string(), host.data());
}

fs::path name_aside(const fs::path& file) {
  std::random_device random;
  return folder_of(file) / fmt::format("{}{}-{:08x}.part", prefix_aside(file), getpid(), random());
}

/// What processes of this host that are no more (kill -9) left aside in a folder. Listing a folder takes
/// longer the more files it holds, and every rank publishes many into one: it is listed once a minute at
/// most.
class Abandoned {
 public:
  /// Removes those of `file`.
  void remove(const fs::path& file) {
    const std::lock_guard lock(mutex_);
    Folder& folder = folders_[folder_of(file)];
    if (!folder.listed || Clock::now() - *folder.listed > std::chrono::minutes(1))
      list(folder_of(file), folder);
    const std::string prefix = prefix_aside(file);
    for (const std::string& name : folder.asides)
      if (name.starts_with(prefix) && is_abandoned(name, prefix)) unlink((folder_of(file) / name).c_str());
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Folder {
    std::optional<Clock::time_point> listed;
    std::vector<std::string> asides;  // names
  };

  static void list(const fs::path& path, Folder& folder) {
    folder = {Clock::now(), {}};
    std::error_code ignored;
    for (fs::directory_iterator entry(path, ignored), end; entry != end; entry.increment(ignored))
      if (entry->path().extension() == ".part") folder.asides.push_back(entry->path().filename());
  }

  static bool is_abandoned(const std::string& name, const std::string& prefix) {
    const pid_t writer = std::atoi(name.c_str() + prefix.size());
    return writer > 0 && kill(writer, 0) != 0 && errno == ESRCH;
  }

  std::mutex mutex_;
  std::map<fs::path, Folder> folders_;
};

void remove_abandoned(const fs::path& file) {
  static Abandoned abandoned;
  abandoned.remove(file);
}

void sync_file(const fs::path& file) {
  Descriptor descriptor(file, O_RDWR);
  if (!descriptor.opened()) fail_io(file, "opened");
  if (fsync(descriptor.get()) != 0 || !descriptor.close()) fail_io(file, "synced");
}

void write_bytes(const fs::path& file, std::string_view bytes) {
  Descriptor descriptor(file, O_WRONLY | O_CREAT | O_EXCL);
  if (!descriptor.opened()) fail_io(file, "made");
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_io(file, "written");
    bytes.remove_prefix(written);
  }
  if (!descriptor.close()) fail_io(file, "written");
}

}  // namespace

void publish(const fs::path& file, const std::function<void(const fs::path& aside)>& write) {
  const fs::path folder = folder_of(file);
  make_folder(folder);
  remove_abandoned(file);
  const fs::path aside = name_aside(file);
  try {
    write(aside);
    sync_file(aside);
    if (rename(aside.c_str(), file.c_str()) != 0) fail_io(file, "replaced");
  } catch (...) {
    unlink(aside.c_str());
    throw;
  }
  sync_folder(folder);
}

void publish(const fs::path& file, std::string_view bytes) {
  publish(file, [bytes](const fs::path& aside) { write_bytes(aside, bytes); });
}

bool is_there(const fs::path& path) {
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (error) fail(ExitCode::io, "{}: cannot be looked up ({})", path.string(), error.message());
  return there;
}

void require_no_pipe(const fs::path& file) {
  struct stat status;
  if (stat(file.c_str(), &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return;
  fail(ExitCode::data, "{}: is a pipe or device, not a file; put a copy of what it gives there",
       file.string());
}

std::string read_file(const fs::path& file) {
  require_no_pipe(file);
  const Descriptor descriptor(file, O_RDONLY);
  if (!descriptor.opened() && (errno == ENOENT || errno == ENOTDIR)) {
    fail(ExitCode::data, "{}: there is no such file", file.string());
  }
  if (!descriptor.opened()) fail_io(file, "opened");
  struct stat status;
  if (fstat(descriptor.get(), &status) != 0) fail_io(file, "read");
  if (S_ISREG(status.st_mode) && status.st_size > largest_file)
    fail(ExitCode::data, "{}: holds {} bytes, more than any such file ({} at most)", file.string(),
         status.st_size, largest_file);
  std::string bytes(S_ISREG(status.st_mode) ? status.st_size : 0, '\0');
  size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(size + 4096);  // also finds out whether the file has grown
    const ssize_t got = read(descriptor.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_io(file, "read");
    if (got == 0) break;
    size += got;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace ttt
