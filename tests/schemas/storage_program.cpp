// What the Python tests beside it drive: `write DIR` fills a folder with one file of each kind, `read FILE`
// reads a test set or weights (written back to FILE.copy) or says what is wrong with them.
#include <cstdio>
#include <filesystem>
#include <string>

#include "schemas/error.h"
#include "schemas/files/test_set_file.h"
#include "schemas/weights.h"
#include "tests/schemas/examples.h"

namespace {

void write_all(const std::filesystem::path& dir) {
  ttt::write_test_set(dir / "testset.h5", ttt::example_test_set());
  ttt::write_segment(dir / "segment.h5", ttt::example_segment());
  ttt::write_results(dir / "results.h5", ttt::example_results());
  ttt::write_weights(
      dir / "ours.safetensors",
      {{{"a", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"b.c", {{}, {7}}}, {"z", {{0, 2}, {}}}}, {{"k", "v"}}});
}

void read_any(const std::filesystem::path& file) {
  if (file.extension() == ".safetensors") {
    ttt::write_weights(file.string() + ".copy", ttt::read_weights(file));
  } else {
    ttt::read_test_set(file);
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 3) ttt::fail(ttt::ExitCode::spec, "usage: storage_program write DIR | read FILE");
    if (std::string(arguments[1]) == "write") {
      write_all(arguments[2]);
    } else {
      read_any(arguments[2]);
    }
    return 0;
  } catch (const ttt::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
