#include "tests/schemas/spec/spec_files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "schemas/error.h"

namespace ttt {

std::filesystem::path empty_folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  for (char& c : name)
    if (c == '/') c = '_';
  const auto folder = std::filesystem::path(testing::TempDir()) / ("ttt_" + name);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::filesystem::path spec_file(const std::string& text) {
  const auto file = empty_folder() / "job.toml";
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string minimal_spec(const std::string& more) {
  return "[data]\n"
         "report = { base_images = 4, shifts = [\"fog\"] }\n"
         "[model.m]\n"
         "[method.source]\n"
         "kind = \"adapt\"\n"
         "steps = 0\n" +
         more;
}

JobSpec read_text(const std::string& text, const std::vector<std::string>& assignments) {
  return read_job_spec(spec_file(text), assignments, spec_registry());
}

std::string error_of(const std::string& text, const std::vector<std::string>& assignments) {
  const auto file = spec_file(text);
  try {
    read_job_spec(file, assignments, spec_registry());
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::spec);
    const std::string message = error.what();
    const std::string folder = file.parent_path().string() + "/";
    return message.starts_with(folder) ? message.substr(folder.size()) : message;
  }
}

std::filesystem::path shipped_specs() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "jobs" /
         "specs";
}

TEST(MinimalSpec, IsEnough) { EXPECT_EQ(error_of(minimal_spec()), ""); }

}  // namespace ttt
