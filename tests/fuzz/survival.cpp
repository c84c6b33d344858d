#include "tests/fuzz/survival.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>

#include "schemas/error.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

constexpr unsigned int longest_read = 60;  // seconds, on the slowest machine under sanitizers

/// What the reading process tells the one that started it, whatever becomes of it.
struct Told {
  uint64_t number;      // of the mutation being read
  char complaint[512];  // "" where nothing is wrong
};

/// Memory that both processes see.
class SharedTold {
 public:
  SharedTold()
      : memory_(mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
  }
  SharedTold(const SharedTold&) = delete;
  SharedTold& operator=(const SharedTold&) = delete;
  ~SharedTold() { munmap(memory_, sizeof(Told)); }
  Told& get() const { return *static_cast<Told*>(memory_); }

 private:
  void* memory_;
};

/// A folder in memory where there is one: a file is rewritten thousands of times, and a disk would be waited
/// for each time.
class FastFolder {
 public:
  FastFolder() {
    const bool in_memory = access("/dev/shm", W_OK) == 0;
    std::string pattern =
        ((in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
         "ttt-fuzz-XXXXXX")
            .string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder for mutated files");
    path_ = pattern;
  }
  FastFolder(const FastFolder&) = delete;
  FastFolder& operator=(const FastFolder&) = delete;
  ~FastFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Sanitizers reserve terabytes of addresses for themselves.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit limit{rlim_t{4} << 30, rlim_t{4} << 30};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

/// "" where an Error is as it should be.
std::string complaint_about(const Error& error, uint64_t number, size_t seeds) {
  const std::string text = error.what();
  if (number < seeds) return "a valid file is refused: " + text;
  if (text.empty() || text.find('\n') != text.npos) return "the message is not one line: " + text;
  const ExitCode code = error.code();
  const bool is_expected = code == ExitCode::spec || code == ExitCode::data || code == ExitCode::io;
  return is_expected ? "" : "the exit code is that of a mistake of our own: " + text;
}

std::string read_one(const FuzzedReader& reader, const std::filesystem::path& file, uint64_t number) {
  try {
    reader.read(file);
  } catch (const Error& error) {
    return complaint_about(error, number, reader.seeds.size());
  } catch (const std::exception& error) {
    return std::string("an exception that is no Error: ") + error.what();
  }
  return "";
}

[[noreturn]] void read_all(const FuzzedReader& reader, uint64_t count, const std::filesystem::path& file,
                           Told& told) {
  limit_memory();
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
#if !defined(__SANITIZE_ADDRESS__)  // whose words are wanted
  dup2(nowhere, STDERR_FILENO);     // warnings of readers and libraries
#endif
  const size_t seeds = reader.seeds.size();
  for (uint64_t number = 0; number < count; ++number) {
    told.number = number;
    const std::string& seed = reader.seeds[number % seeds];
    put_bytes(file, number < seeds ? seed : reader.mend(mutated(seed, number)));
    alarm(longest_read);
    const std::string complaint = read_one(reader, file, number);
    if (complaint.empty()) continue;
    std::snprintf(told.complaint, sizeof told.complaint, "%s", complaint.c_str());
    _exit(1);
  }
  _exit(0);
}

/// A copy of the file that outlives the test.
std::string kept(const std::filesystem::path& file, uint64_t number) {
  const auto copy = std::filesystem::temp_directory_path() /
                    fmt::format("ttt-fuzz-{}-{}", number, file.filename().string());
  std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
  return copy.string();
}

}  // namespace

void expect_survival(const FuzzedReader& reader, uint64_t count) {
  const FastFolder folder;
  const std::filesystem::path file = folder / reader.file_name;
  const SharedTold shared;
  const pid_t child = fork();
  if (child == 0) read_all(reader, count, file, shared.get());
  ASSERT_GT(child, 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  const Told& told = shared.get();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string end = WIFSIGNALED(status)
                              ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                          : told.complaint[0] ? told.complaint
                                              : fmt::format("exit code {}", WEXITSTATUS(status));
  ADD_FAILURE() << "mutation " << told.number << ": " << end << "\nthe file: " << kept(file, told.number);
}

}  // namespace ttt
