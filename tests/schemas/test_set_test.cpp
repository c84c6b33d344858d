#include "schemas/files/test_set_file.h"

#include "tests/schemas/examples.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(TestSet, ReadsBackWhatWasWritten) {
  const Scratch scratch;
  write_test_set(scratch / "testset.h5", example_test_set());
  EXPECT_EQ(read_test_set(scratch / "testset.h5"), example_test_set());
}

TEST(TestSet, OfTheSameContentIsTheSameBytes) {
  const Scratch scratch;
  write_test_set(scratch / "a.h5", example_test_set());
  write_test_set(scratch / "b.h5", example_test_set());
  EXPECT_EQ(bytes_of(scratch / "a.h5"), bytes_of(scratch / "b.h5"));
}

/// Each breaks one rule; what is written is refused when read, by the name of the data set.
struct Breach {
  const char* data_set;
  const char* problem;
  std::function<void(TestSet&)> commit;
};

class TestSetRule : public testing::TestWithParam<Breach> {};

TEST_P(TestSetRule, IsCheckedWhenRead) {
  const Scratch scratch;
  TestSet set = example_test_set();
  GetParam().commit(set);
  write_test_set(scratch / "testset.h5", set);
  expect_error(ExitCode::data, {"testset.h5", GetParam().data_set, GetParam().problem},
               [&] { read_test_set(scratch / "testset.h5"); });
}

INSTANTIATE_TEST_SUITE_P(
    All, TestSetRule,
    testing::Values(Breach{"/shift", "sample 1 is 9, not 0 to 2", [](TestSet& s) { s.shift[1] = 9; }},
                    Breach{"/shift", "sample 2 is -1", [](TestSet& s) { s.shift[2] = -1; }},
                    Breach{"/severity", "sample 1 is 6, not 0 to 5", [](TestSet& s) { s.severity[1] = 6; }},
                    Breach{"/severity", "sample 1 has shift gaussian_noise at severity 0",
                           [](TestSet& s) { s.severity[1] = 0; }},
                    Breach{"/base", "sample 4 is -1", [](TestSet& s) { s.base[4] = -1; }},
                    Breach{"/split", "sample 5 is 7", [](TestSet& s) { s.split[5] = static_cast<Split>(7); }},
                    Breach{"/shift", "not clean", [](TestSet& s) { s.shift_names[0] = "none"; }},
                    Breach{"/", "fewer than two classes", [](TestSet& s) { s.class_names.resize(1); }},
                    Breach{"/image", "2 channels", [](TestSet& s) {
                             s.channels = 2;
                             s.image.resize(12 * 5 * 4 * 2);
                           }}));

TEST(TestSet, ThatIsNotThereOrNotHdf5IsRefused) {
  const Scratch scratch;
  expect_error(ExitCode::data, {"none.h5", "no such file"}, [&] { read_test_set(scratch / "none.h5"); });
  put_bytes(scratch / "text.h5", "hello");
  expect_error(ExitCode::data, {"text.h5", "not a readable HDF5 file"},
               [&] { read_test_set(scratch / "text.h5"); });
}

}  // namespace
}  // namespace ttt
