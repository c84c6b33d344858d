#include "schemas/files/results.h"

#include "schemas/files/results_writer.h"
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

TEST(Results, OfDocumentsReadBackWhatWasWritten) {
  const Scratch scratch;
  Results results = example_document_results();
  write_results(scratch / "results.h5", results);
  EXPECT_TRUE(same(read_results(scratch / "results.h5"), results));
  results.words.clear();  // each length is there or not by itself
  write_results(scratch / "no_words.h5", results);
  EXPECT_TRUE(same(read_results(scratch / "no_words.h5"), results));
}

TEST(Results, WithoutAFamilyOfScoresAreOfClassification) {
  const Scratch scratch;
  const Results results = example_results();
  write_results(scratch / "results.h5", results);
  EXPECT_EQ(bytes_of(scratch / "results.h5").find("score"), std::string::npos);
  EXPECT_EQ(read_results(scratch / "results.h5").score, "classification");
}

TEST(Results, OfTheSameContentAreTheSameBytes) {
  const Scratch scratch;
  write_results(scratch / "a.h5", example_results());
  write_results(scratch / "deeper/b.h5", example_results());
  EXPECT_EQ(bytes_of(scratch / "a.h5"), bytes_of(scratch / "deeper/b.h5"));
}

TEST(Results, ReadOnlyTheColumnsThatAreWanted) {
  const Scratch scratch;
  Results expected = example_results();
  write_results(scratch / "results.h5", expected);
  for (MethodResults& method : expected.methods)
    for (Records& records : method.records)
      for_each_column([&](const RecordColumn& column, auto member) {
        if (column.name != "correct" && column.name != "aux_loss") (records.*member).clear();
      });
  const auto wanted = [](std::string_view name) { return name == "correct" || name == "aux_loss"; };
  EXPECT_TRUE(same(read_results(scratch / "results.h5", wanted), expected));
}

/// Rows [first, first + count).
Records rows_of(const Records& records, int64_t first, int64_t count) {
  Records rows = empty_like(records, count);
  copy_rows(rows, 0, records, first, count);
  return rows;
}

class ResultsWriterOf : public testing::TestWithParam<Results (*)()> {};
INSTANTIATE_TEST_SUITE_P(ResultsWriter, ResultsWriterOf,
                         testing::Values([] { return example_results(); }, &example_document_results));

TEST_P(ResultsWriterOf, PartsInAnyOrderGivesTheBytesOfWritingAtOnce) {
  const Scratch scratch;
  const Results results = GetParam()();
  write_results(scratch / "whole.h5", results);
  for (const int64_t size : {1, 2, 5, 9}) {
    const auto file = scratch / fmt::format("{}.h5", size);
    ResultsWriter writer(file, results);
    for (const MethodResults& method : results.methods) {
      writer.begin(method, rows_of(method.records[0], 0, 1));
      for (int64_t end = 9; end > 0; end -= size)
        for (const size_t model : {1, 0}) {
          const int64_t first = std::max<int64_t>(0, end - size);
          writer.write(model, first, rows_of(method.records[model], first, end - first));
        }
    }
    writer.close();
    EXPECT_EQ(bytes_of(file), bytes_of(scratch / "whole.h5")) << "parts of " << size;
  }
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
