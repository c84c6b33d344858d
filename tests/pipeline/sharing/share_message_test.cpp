#include "pipeline/sharing/share_message.h"

#include <gtest/gtest.h>

#include "pipeline/sharing/communicator.h"

namespace ttt {
namespace {

TEST(ShareMessage, ComesBackAsItWas) {
  const ShareMessage message{ShareMessage::Kind::done, ExitCode::io, 12, 3456, 7.5, 0.25,
                             std::string("a\0b", 3)};
  EXPECT_EQ(decode_share_message(encode(message)), message);
  EXPECT_EQ(decode_share_message(encode(ShareMessage{})), ShareMessage{});
}

TEST(ShareMessage, ALongTextIsCutToWhatAMessageHolds) {
  ShareMessage message;
  message.text = std::string(10'000, 'x');
  const std::string bytes = encode(message);
  EXPECT_EQ(bytes.size(), static_cast<size_t>(Communicator::longest_message));
  EXPECT_TRUE(message.text.starts_with(decode_share_message(bytes).text));
}

}  // namespace
}  // namespace ttt
