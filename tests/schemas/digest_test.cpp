#include "schemas/files/digest.h"

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(Digest, IsSha256) {  // FIPS 180-4, examples of the National Institute of Standards and Technology
  EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Digest, OfAFileIsThatOfItsBytes) {
  const Scratch scratch;
  const std::string bytes(3000000, 'x');  // more than one buffer
  put_bytes(scratch / "f", bytes);
  EXPECT_EQ(digest_file(scratch / "f"), digest(bytes));
  EXPECT_EQ(digest_file(scratch / "f", 2000000), digest(bytes.substr(0, 2000000)));
  EXPECT_EQ(digest_file(scratch / "f", 0), digest(""));
}

TEST(Digest, OfAFileThatIsNotThereOrAFolderIsAnError) {
  const Scratch scratch;
  expect_error(ExitCode::data, {"none"}, [&] { digest_file(scratch / "none"); });
  expect_error(ExitCode::io, {scratch.path().string()}, [&] { digest_file(scratch.path()); });
}

}  // namespace
}  // namespace ttt
