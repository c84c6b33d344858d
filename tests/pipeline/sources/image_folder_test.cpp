#include "pipeline/sources/image_folder.h"

#include <gtest/gtest.h>

#include "pipeline/sources/image_file.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

void write_grey(const fs::path& file, int side, int value) {
  write_png(file, {.height = side,
                   .width = side,
                   .bytes = std::vector<uint8_t>(size_t{3} * side * side, static_cast<uint8_t>(value))});
}

class ImageFolder : public testing::Test {
 protected:
  void SetUp() override {
    write_grey(root() / "train" / "dog" / "b.png", 8, 1);
    write_grey(root() / "train" / "cat" / "a.PNG", 8, 2);
    write_grey(root() / "train" / "bird" / "c.png", 8, 3);
    write_grey(root() / "test" / "dog" / "d.png", 8, 4);
    write_grey(root() / "test" / "cat" / "z.png", 8, 5);
    write_grey(root() / "test" / "cat" / "y.png", 8, 6);
  }
  const fs::path& root() const { return scratch_.path(); }
  void expect(const std::vector<std::string>& parts, DataPart part = DataPart::test) {
    expect_error(ExitCode::data, parts, [&] {
      const auto set = open_image_folder(root(), part);
      for (int64_t i = 0; i < set->size(); ++i) set->pixels(i);
    });
  }

 private:
  Scratch scratch_;
};

TEST_F(ImageFolder, ClassesAndFilesGoByName) {
  const auto test = open_image_folder(root(), DataPart::test);
  EXPECT_EQ(test->form().class_names, (std::vector<std::string>{"bird", "cat", "dog"}));
  ASSERT_EQ(test->size(), 3);
  const std::vector<std::pair<int, int>> label_and_value = {{1, 6}, {1, 5}, {2, 4}};
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(test->label(i), label_and_value[i].first);
    EXPECT_EQ(test->pixels(i),
              std::vector<uint8_t>(8 * 8 * 3, static_cast<uint8_t>(label_and_value[i].second)));
  }
  EXPECT_EQ(open_image_folder(root(), DataPart::training)->size(), 3);
}

TEST_F(ImageFolder, TestPartAloneIsEnough) {
  fs::remove_all(root() / "train");
  EXPECT_EQ(open_image_folder(root(), DataPart::test)->form().class_names,
            (std::vector<std::string>{"cat", "dog"}));
}

TEST_F(ImageFolder, HiddenFilesArePassedOverAndOthersNamed) {
  put_bytes(root() / "test" / ".DS_Store", "x");
  put_bytes(root() / "test" / "dog" / "._d.png", "x");
  put_bytes(root() / "test" / "dog" / "notes.txt", "x");
  put_bytes(root() / "test" / "README", "x");
  const auto images = open_image_folder(root(), DataPart::test);
  EXPECT_EQ(images->size(), 3);
  EXPECT_EQ(images->skipped(), (std::vector<std::string>{"test/README", "test/dog/notes.txt"}));
  testing::internal::CaptureStderr();
  say_skipped(*images, "pets");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("pets: 2 passed over"), std::string::npos);
}

TEST_F(ImageFolder, SymbolicLinksAreFollowed) {
  const Scratch elsewhere;
  write_grey(elsewhere / "e.png", 8, 9);
  fs::create_symlink(elsewhere / "e.png", root() / "test" / "dog" / "e.png");
  EXPECT_EQ(open_image_folder(root(), DataPart::test)->size(), 4);
  fs::create_symlink("gone.png", root() / "test" / "dog" / "f.png");
  expect({"f.png"});
}

TEST_F(ImageFolder, WhatIsWrongIsNamed) {
  write_grey(root() / "test" / "dog" / "odd.png", 9, 0);
  expect({"odd.png", "9 x 9", "8 x 8", "one size"});
  put_bytes(root() / "test" / "dog" / "odd.png", "no image");
  expect({"odd.png", "neither PNG nor JPEG"});
  fs::remove(root() / "test" / "dog" / "odd.png");

  write_grey(root() / "test" / "cow" / "a.png", 8, 0);
  expect({"cow", "no class of the training part"});
  fs::remove_all(root() / "test");
  expect({"test"});
  fs::create_directory(root() / "test");
  expect({"test", "holds no images"});
}

}  // namespace
}  // namespace ttt
