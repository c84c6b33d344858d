#include "pipeline/sources/language.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/sources/document_text.h"
#include "pipeline/sources/lexicon.h"
#include "schemas/sha256.h"

namespace ttt {
namespace {

std::string documents(uint64_t seed, int64_t count, const std::string& shift, int severity) {
  std::string all;
  for (int64_t i = 0; i < count; ++i) all += draw_document(seed, i, shift, severity, 1024);
  return all;
}

std::string digest(const std::string& text) {
  Sha256 sum;
  sum.add(text);
  return sum.hex().substr(0, 12);
}

// Draws, words and digests of an independent implementation in Python (the study of sequences of text).
TEST(SplitMix, DrawsWhatAnotherImplementationDraws) {
  SplitMix random(1, 2, 3);
  EXPECT_EQ(random.next(), 0xc3af767707239ac1);
  EXPECT_EQ(random.next(), 0x30aaaf5ac74bde19);
  EXPECT_EQ(random.next(), 0x425c74dd6d870837);
}

TEST(Lexicon, HasTheWordsOfAnotherImplementation) {
  const Lexicon& first = lexicon(0);
  EXPECT_EQ(first.of(WordClass::det), (std::vector<std::string>{"bro", "thal", "shous", "shul", "theack"}));
  EXPECT_EQ(first.plural + " " + first.past + " " + first.many, "am ur in");
}

TEST(Language, DocumentsAreThoseOfAnotherImplementation) {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"clean", "d35766cac0cd"},          {"respelled", "b022ecc21d36"}, {"new_words", "f4b0909882bb"},
      {"cipher", "210d57d54565"},         {"topic", "a74d7a0c9b1c"},     {"noise", "aaccb9170a2e"},
      {"other_language", "edd73f1b26a4"}, {"switch", "f60f913b47ad"}};
  for (const auto& [shift, sum] : expected) EXPECT_EQ(digest(documents(60, 4, shift, 2)), sum) << shift;
  EXPECT_EQ(digest(documents(1001, 20, "clean", 2)), "47dfea51f7b5");
}

TEST(Language, ADocumentHasItsLengthAndIsAscii) {
  for (const std::string& shift : language_shifts())
    for (int severity = 1; severity <= 3; ++severity) {
      const std::string text = draw_document(5, 3, shift, severity, 777);
      EXPECT_EQ(text.size(), 777u);
      EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }))
          << shift;
    }
}

TEST(Language, SeverityChangesAShiftedDocumentAndNoCleanOne) {
  EXPECT_EQ(draw_document(5, 0, "clean", 1, 512), draw_document(5, 0, "clean", 3, 512));
  for (const std::string& shift : language_shifts())
    EXPECT_NE(draw_document(5, 0, shift, 1, 512), draw_document(5, 0, shift, 3, 512)) << shift;
}

TEST(DocumentText, CountsWords) {
  EXPECT_EQ(sequence_of("two words").words, 2);
  EXPECT_EQ(sequence_of("  a\n\tb c ").words, 3);
  EXPECT_EQ(sequence_of(" \n").words, 0);
}

TEST(DocumentText, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(first_wrong_byte("plain, \xc3\xa4, \xe2\x82\xac, \xf0\x9f\x98\x80"), std::string_view::npos);
  EXPECT_EQ(first_wrong_byte("ab\xff"), 2u);
  EXPECT_EQ(first_wrong_byte("a\xc3"), 1u);             // cut
  EXPECT_EQ(first_wrong_byte("\xc0\xaf"), 0u);          // overlong
  EXPECT_EQ(first_wrong_byte("x\xed\xa0\x80"), 1u);     // a surrogate
  EXPECT_EQ(first_wrong_byte("\xf4\x90\x80\x80"), 0u);  // past U+10FFFF
}

}  // namespace
}  // namespace ttt
