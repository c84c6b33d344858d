#include "schemas/durable_file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include "schemas/files/digest.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/results.h"
#include "schemas/files/seal.h"
#include "schemas/files/segment.h"
#include "schemas/files/test_set_file.h"
#include "schemas/files/timing_log.h"
#include "schemas/weights.h"
#include "tests/schemas/examples.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

size_t files_in(const std::filesystem::path& folder) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(folder)) ++count;
  return count;
}

TEST(Publish, MakesFoldersAndReplacesWholeFiles) {
  const Scratch scratch;
  publish(scratch / "a/b c/é.txt", "first");
  publish(scratch / "a/b c/é.txt", "second");
  EXPECT_EQ(read_file(scratch / "a/b c/é.txt"), "second");
  EXPECT_EQ(files_in(scratch.path()), 3u) << "two folders, one file, nothing aside";
}

TEST(Publish, KeepsTheOldFileWhenWritingFails) {
  const Scratch scratch;
  publish(scratch / "f", "old");
  EXPECT_THROW(publish(scratch / "f",
                       [](const std::filesystem::path& aside) {
                         put_bytes(aside, "half");
                         throw std::runtime_error("no more");
                       }),
               std::runtime_error);
  EXPECT_EQ(read_file(scratch / "f"), "old");
  EXPECT_EQ(files_in(scratch.path()), 1u);
}

TEST(Publish, RemovesWhatAKilledProcessLeftOfTheFile) {
  const Scratch scratch;
  const pid_t child = fork();
  if (child == 0) {
    publish(scratch / "f", [](const std::filesystem::path& aside) {
      put_bytes(aside, "half");
      raise(SIGKILL);
    });
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(files_in(scratch.path()), 1u) << "the killed process leaves its half";
  publish(scratch / "another", "x");
  EXPECT_EQ(files_in(scratch.path()), 2u) << "another file is no reason to touch it";
  publish(scratch / "f", [&](const std::filesystem::path& aside) {
    put_bytes(aside, "whole");
    publish(scratch / "f", "by another job, meanwhile");  // which must not take the living one's half away
  });
  EXPECT_EQ(read_file(scratch / "f"), "whole");
  EXPECT_EQ(files_in(scratch.path()), 2u);
}

TEST(Publish, GivesFilesTheUsersPermissions) {
  const Scratch scratch;
  const mode_t before = umask(027);
  publish(scratch / "f", "x");
  umask(before);
  struct stat status;
  ASSERT_EQ(stat((scratch / "f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(Publish, WhereAFileIsInTheWayIsAnIoError) {
  const Scratch scratch;
  put_bytes(scratch / "file", "x");
  expect_error(ExitCode::io, {"file"}, [&] { publish(scratch / "file/f", "x"); });
  publish(scratch / "folder/f", "x");
  expect_error(ExitCode::io, {"folder"}, [&] { publish(scratch / "folder", "x"); });
  EXPECT_EQ(files_in(scratch.path()), 3u);
}

TEST(ReadFile, OfWhatIsNotAReadableFileIsAnError) {
  const Scratch scratch;
  expect_error(ExitCode::data, {"none", "no such file"}, [&] { read_file(scratch / "none"); });
  expect_error(ExitCode::io, {scratch.path().string()}, [&] { read_file(scratch.path()); });
}

TEST(ReadingAPipe, IsRefusedByEveryReaderInsteadOfWaiting) {
  const Scratch scratch;
  const std::filesystem::path pipe = scratch / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ASSERT_EQ(mkfifo((scratch / "timing.csv").c_str(), 0600), 0);
  const auto refuses = [](const char* name, const std::function<void()>& read) {
    expect_error(ExitCode::data, {name, "pipe or device"}, read);
  };
  refuses("pipe", [&] { read_file(pipe); });
  refuses("pipe", [&] { digest_file(pipe); });
  refuses("pipe", [&] { check_seal(pipe); });
  refuses("pipe", [&] { Hdf5File::open(pipe); });
  refuses("timing.csv", [&] { read_timings(scratch.path()); });
  refuses("timing.csv", [&] { TimingLog(scratch.path()).append({}); });
  refuses("/dev/zero", [&] { read_file("/dev/zero"); });
}

TEST(ReadFile, RefusesASizeThatOnlyASparseFileHas) {
  const Scratch scratch;
  put_bytes(scratch / "f", "x");
  std::filesystem::resize_file(scratch / "f", uintmax_t{1} << 40);
  expect_error(ExitCode::data, {"f: holds 1099511627776 bytes"}, [&] { read_file(scratch / "f"); });
}

/// Files may not grow past so many bytes meanwhile: what a full disk does, without one.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_;
  void (*handler_)(int);
#if defined(__SANITIZE_ADDRESS__)
  __lsan::ScopedDisabler hdf5_keeps_a_file_that_it_cannot_write_;
#endif
};

class WhenTheDiskIsFull : public testing::TestWithParam<size_t> {};

TEST_P(WhenTheDiskIsFull, EveryWriterSaysSoAndLeavesNothing) {
  const Scratch scratch;
  const size_t bytes = GetParam();
  const auto fails = [&](const char* name, const std::function<void(const std::filesystem::path&)>& write) {
    expect_error(ExitCode::io, {name}, [&] {
      const FullDisk full(bytes);
      write(scratch / name);
    });
    EXPECT_EQ(files_in(scratch.path()), 0u) << name;
  };
  fails("plain", [](const auto& file) { publish(file, std::string(20000, 'x')); });
  fails("segment.h5", [](const auto& file) { write_segment(file, example_segment()); });
  fails("results.h5", [](const auto& file) { write_results(file, example_results()); });
  fails("testset.h5", [](const auto& file) { write_test_set(file, example_test_set()); });
  fails("w.safetensors", [](const auto& file) {
    write_weights(file, {{{"x", {{5000}, std::vector<float>(5000)}}}, {}});
  });
}

INSTANTIATE_TEST_SUITE_P(Bytes, WhenTheDiskIsFull, testing::Values(0, 100, 3000, 8000));

}  // namespace
}  // namespace ttt
