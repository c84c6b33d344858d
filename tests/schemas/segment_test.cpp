#include "schemas/files/segment.h"

#include "tests/schemas/examples.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(Segment, ReadsBackWhatWasWritten) {
  const Scratch scratch;
  for (const int steps : {0, 4}) {
    for (const int classes : {0, 10}) {
      const Segment segment = example_segment(steps, classes);
      write_segment(scratch / "a.h5", segment);
      EXPECT_TRUE(same(read_segment(scratch / "a.h5"), segment))
          << steps << " steps, " << classes << " classes";
    }
  }
}

TEST(Segment, OfDocumentsReadsBackWhatWasWritten) {
  const Scratch scratch;
  Segment segment = example_segment();
  segment.records = example_document_records({9, 10, 11});
  write_segment(scratch / "a.h5", segment);
  EXPECT_TRUE(same(read_segment(scratch / "a.h5"), segment));
}

TEST(Segment, OfTheSameContentIsTheSameBytes) {
  const Scratch scratch;
  write_segment(scratch / "a.h5", example_segment());
  write_segment(scratch / "b/c.h5", example_segment());
  EXPECT_EQ(bytes_of(scratch / "a.h5"), bytes_of(scratch / "b/c.h5"));
}

TEST(Segment, OfNoSamplesIsRead) {
  const Scratch scratch;
  Segment segment = example_segment();
  segment.records = example_records({}, 4, 4, 10);
  write_segment(scratch / "a.h5", segment);
  EXPECT_TRUE(same(read_segment(scratch / "a.h5"), segment));
}

TEST(Segment, FingerprintIsReadAlone) {
  const Scratch scratch;
  write_segment(scratch / "a.h5", example_segment());
  EXPECT_EQ(read_segment_fingerprint(scratch / "a.h5"), example_segment().fingerprint);
}

TEST(Segment, WithAnyFlippedBitIsRefused) {
  const Scratch scratch;
  const auto file = scratch / "a.h5";
  write_segment(file, example_segment());
  const std::string good = bytes_of(file);
  for (size_t at = 0; at < good.size(); at += 61) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    put_bytes(file, bad);
    expect_error(ExitCode::data, {"a.h5"}, [&] { read_segment(file); });
  }
}

TEST(Segment, CutShortAnywhereIsRefused) {
  const Scratch scratch;
  const auto file = scratch / "a.h5";
  write_segment(file, example_segment());
  const std::string good = bytes_of(file);
  for (size_t size = 0; size < good.size(); size += 101) {
    put_bytes(file, good.substr(0, size));
    expect_error(ExitCode::data, {"a.h5"}, [&] { read_segment(file); });
  }
}

TEST(Segment, ThatIsMissingOrAnotherFileIsRefused) {
  const Scratch scratch;
  expect_error(ExitCode::data, {"none.h5", "no such file"}, [&] { read_segment(scratch / "none.h5"); });
  put_bytes(scratch / "text.h5", std::string(1000, 'x'));
  expect_error(ExitCode::data, {"text.h5", "seal"}, [&] { read_segment(scratch / "text.h5"); });
  write_results(scratch / "results.h5", example_results());
  expect_error(ExitCode::data, {"results.h5", "not a segment"},
               [&] { read_segment(scratch / "results.h5"); });
}

}  // namespace
}  // namespace ttt
