#include "pipeline/methods/document_reading.h"

#include <gtest/gtest.h>

#include "kernels/torch.h"
#include "pipeline/models/source_network.h"
#include "pipeline/models/transformer.h"

namespace ttt {
namespace {

TransformerShape small_shape() {
  TransformerShape shape;
  shape.width = 16;
  shape.heads = 2;
  shape.window = 32;
  return shape;
}

std::vector<int32_t> some_tokens(int64_t count) {
  std::vector<int32_t> tokens;
  for (int64_t t = 0; t < count; ++t) tokens.push_back(static_cast<int32_t>(97 + (t * t + 3 * t) % 26));
  return tokens;
}

class DocumentReading : public testing::Test {
 protected:
  ReadDocument read(const DocumentOptions& o, size_t milestone, std::span<const int32_t> tokens,
                    std::span<const int32_t> adapt_on) const {
    const auto lane = network.lane(source.weights, o.subset, o.rank, 1, 0);
    return read_document(o, milestone, *lane, tokens, adapt_on, 256);
  }

  static DocumentOptions options() {
    DocumentOptions o;
    o.chunk = 8;
    o.context = 16;
    o.steps = {0, 2};
    o.learning_rate = 1e-2;
    return o;
  }

  Transformer network{small_shape()};
  SourceNetwork source = network.example();
  std::vector<int32_t> document = some_tokens(45);
};

TEST_F(DocumentReading, APoisonedTokenChangesNoScoreBeforeIt) {
  std::vector<int32_t> poisoned = document;
  poisoned[29] = 1;
  const ReadDocument a = read(options(), 1, document, document), b = read(options(), 1, poisoned, poisoned);
  for (size_t t = 0; t < 29; ++t) EXPECT_EQ(a.nats[t], b.nats[t]) << t;
  EXPECT_NE(a.nats[44], b.nats[44]);
}

TEST_F(DocumentReading, TheFirstChunkIsScoredByTheSourceModelAndALaterOneIsNot) {
  const ReadDocument plain = read(options(), 0, document, document),
                     adapted = read(options(), 1, document, document);
  for (size_t t = 0; t < 8; ++t) EXPECT_EQ(plain.nats[t], adapted.nats[t]) << t;
  EXPECT_NE(plain.nats[8], adapted.nats[8]);
  EXPECT_EQ(adapted.steps, 2 * 5);  // none after the last of six chunks
}

TEST_F(DocumentReading, ARateOfZeroChangesNoScore) {
  DocumentOptions o = options();
  o.learning_rate = 0;
  EXPECT_EQ(read(o, 1, document, document).nats, read(o, 0, document, document).nats);
}

TEST_F(DocumentReading, ADocumentAsAnotherOneGivesTheScoresOfTheSharedPass) {
  DocumentOptions o = options();
  const ReadDocument own = read(o, 1, document, document);
  o.adapt_on = DocumentAdaptOn::other;
  EXPECT_EQ(read(o, 1, document, document).nats, own.nats);
}

TEST_F(DocumentReading, KernelsAgreeWithLibTorchInFloat64) {
  const SourceNetwork exact = source.in_float64();
  const auto lane = sequence_network(*exact.network).lane(exact.weights, "all", 1, 1, 0);
  const ReadDocument reference = read_document(options(), 1, *lane, document, document, 256);
  const ReadDocument fast = read(options(), 1, document, document);
  for (size_t t = 0; t < document.size(); ++t)
    EXPECT_NEAR(fast.nats[t], reference.nats[t], 1e-4 * reference.nats[t]) << t;
}

}  // namespace
}  // namespace ttt
