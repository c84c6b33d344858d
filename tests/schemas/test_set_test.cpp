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

/// Bytes of the images `ids` of the example, cut out of it one by one.
std::vector<uint8_t> cut_out(const TestSetWithImages& set, const std::vector<int64_t>& ids) {
  std::vector<uint8_t> bytes;
  for (const int64_t id : ids)
    for (int64_t i = 0; i < 5 * 4 * 3; ++i) bytes.push_back(set.image[id * 5 * 4 * 3 + i]);
  return bytes;
}

TEST(TestSetImages, AreThoseAskedForInTheirOrder) {
  const Scratch scratch;
  const TestSetWithImages set = example_test_set();
  write_test_set(scratch / "testset.h5", set);
  const TestSetFile file = open_test_set(scratch / "testset.h5");
  EXPECT_EQ(file.set, static_cast<const TestSet&>(set));
  const std::vector<std::vector<int64_t>> orders = {
      {}, {0}, {11}, {3, 4, 5}, {5, 4, 3}, {0, 1, 2, 7, 8, 11}, {9, 9, 10, 2, 3, 9}};
  for (const ReadImages& images : {file.images, images_of(set)})
    for (int time = 0; time < 2; ++time)
      for (const std::vector<int64_t>& ids : orders) EXPECT_EQ(images(ids), cut_out(set, ids));
}

TEST(TestSetImages, StayReadableWhenWhatOpenedThemIsGone) {
  const Scratch scratch;
  write_test_set(scratch / "testset.h5", example_test_set());
  const ReadImages images = open_test_set(scratch / "testset.h5").images;
  EXPECT_EQ(images(std::vector<int64_t>{6}), cut_out(example_test_set(), {6}));
}

TEST(TestSetImages, OutsideTheFileAreRefused) {
  const Scratch scratch;
  write_test_set(scratch / "testset.h5", example_test_set());
  const ReadImages images = open_test_set(scratch / "testset.h5").images;
  for (const int64_t id : {-1, 12})
    expect_error(ExitCode::internal, {"testset.h5", "/image"}, [&] { images(std::vector<int64_t>{id}); });
}

TEST(TestSet, ThatIsCutShortIsRefusedWhenOpened) {
  const Scratch scratch;
  const std::filesystem::path file = scratch / "testset.h5";
  write_test_set(file, example_test_set());
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  expect_error(ExitCode::data, {"testset.h5", "not a readable HDF5 file"}, [&] { open_test_set(file); });
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
  std::function<void(TestSetWithImages&)> commit;
};

class TestSetRule : public testing::TestWithParam<Breach> {};

TEST_P(TestSetRule, IsCheckedWhenRead) {
  const Scratch scratch;
  TestSetWithImages set = example_test_set();
  GetParam().commit(set);
  write_test_set(scratch / "testset.h5", set);
  expect_error(ExitCode::data, {"testset.h5", GetParam().data_set, GetParam().problem},
               [&] { read_test_set(scratch / "testset.h5"); });
}

INSTANTIATE_TEST_SUITE_P(
    All, TestSetRule,
    testing::Values(
        Breach{"/shift", "sample 1 is 9, not 0 to 2", [](TestSetWithImages& s) { s.shift[1] = 9; }},
        Breach{"/shift", "sample 2 is -1", [](TestSetWithImages& s) { s.shift[2] = -1; }},
        Breach{"/severity", "sample 1 is 6, not 0 to 5", [](TestSetWithImages& s) { s.severity[1] = 6; }},
        Breach{"/severity", "sample 1 has shift gaussian_noise at severity 0",
               [](TestSetWithImages& s) { s.severity[1] = 0; }},
        Breach{"/base", "sample 4 is -1", [](TestSetWithImages& s) { s.base[4] = -1; }},
        Breach{"/split", "sample 5 is 7", [](TestSetWithImages& s) { s.split[5] = static_cast<Split>(7); }},
        Breach{"/shift", "not clean", [](TestSetWithImages& s) { s.shift_names[0] = "none"; }},
        Breach{"/", "fewer than two classes", [](TestSetWithImages& s) { s.class_names.resize(1); }},
        Breach{"/image", "2 channels", [](TestSetWithImages& s) {
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
