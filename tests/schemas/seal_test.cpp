#include "schemas/files/seal.h"

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(Seal, InMemoryAndInAFileIsTheSame) {
  const Scratch scratch;
  put_bytes(scratch / "f", "contents");
  seal_file(scratch / "f");
  EXPECT_EQ(bytes_of(scratch / "f"), "contents" + seal("contents"));
}

TEST(Seal, IsTakenOffAgain) {
  for (const std::string contents : {"", "contents"}) {
    EXPECT_EQ(unseal("f", contents + seal(contents)), contents);
  }
}

TEST(Seal, NoticesEveryFlippedBitAndEveryCut) {
  const Scratch scratch;
  const std::string good = "contents" + seal("contents");
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    expect_error(ExitCode::data, {"f: "}, [&] { unseal("f", bad); });
  }
  for (size_t size = 0; size < good.size(); ++size) {
    expect_error(ExitCode::data, {"f: "}, [&] { unseal("f", good.substr(0, size)); });
    put_bytes(scratch / "f", good.substr(0, size));
    expect_error(ExitCode::data, {"f: "}, [&] { check_seal(scratch / "f"); });
  }
}

TEST(Seal, NoticesBytesAppendedToAFile) {
  const Scratch scratch;
  put_bytes(scratch / "f", "contents" + seal("contents"));
  EXPECT_NO_THROW(check_seal(scratch / "f"));
  put_bytes(scratch / "f", "contents" + seal("contents") + "x");
  expect_error(ExitCode::data, {"seal"}, [&] { check_seal(scratch / "f"); });
}

}  // namespace
}  // namespace ttt
