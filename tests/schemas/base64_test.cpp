#include "schemas/files/base64.h"

#include <gtest/gtest.h>

namespace ttt {
namespace {

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, EncodesBytesThatAreNoText) { EXPECT_EQ(base64(std::string("\0\xff\xfe", 3)), "AP/+"); }

}  // namespace
}  // namespace ttt
