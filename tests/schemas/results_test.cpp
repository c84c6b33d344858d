#include "schemas/files/results.h"

#include "tests/schemas/examples.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(Results, ReadBackWhatWasWritten) {
  const Scratch scratch;
  for (const int classes : {0, 3}) {
    Results results = example_results(classes);
    results.partial = classes == 0;
    write_results(scratch / "results.h5", results);
    EXPECT_TRUE(same(read_results(scratch / "results.h5"), results)) << classes << " classes";
  }
}

TEST(Results, OfTheSameContentAreTheSameBytes) {
  const Scratch scratch;
  write_results(scratch / "a.h5", example_results());
  write_results(scratch / "deeper/b.h5", example_results());
  EXPECT_EQ(bytes_of(scratch / "a.h5"), bytes_of(scratch / "deeper/b.h5"));
}

TEST(Results, WithAFlippedBitOrCutShortAreRefused) {
  const Scratch scratch;
  const auto file = scratch / "results.h5";
  write_results(file, example_results());
  const std::string good = bytes_of(file);
  for (size_t at = 0; at < good.size(); at += 509) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    put_bytes(file, bad);
    expect_error(ExitCode::data, {"results.h5"}, [&] { read_results(file); });
    put_bytes(file, good.substr(0, at));
    expect_error(ExitCode::data, {"results.h5"}, [&] { read_results(file); });
  }
}

TEST(Results, OfOneModelAndOneSampleAreKept) {
  const Scratch scratch;
  Results results = example_results();
  results.model = {"m"};
  results.model_group = {"m"};
  for (auto* column : {&results.sample, &results.label, &results.base}) column->resize(1);
  for (auto* column : {&results.shift, &results.severity}) column->resize(1);
  results.split.resize(1);
  for (MethodResults& method : results.methods) method.records = {example_records(results.sample, 4, 0, 0)};
  write_results(scratch / "results.h5", results);
  EXPECT_TRUE(same(read_results(scratch / "results.h5"), results));
}

}  // namespace
}  // namespace ttt
