#include "pipeline/sharing/share_message.h"

#include <cassert>
#include <cstring>

#include "pipeline/sharing/communicator.h"

namespace ttt {
namespace {

struct Numbers {
  ShareMessage::Kind kind;
  ExitCode code;
  int64_t unit, samples;
  double seconds, waited;
};

}  // namespace

std::string encode(const ShareMessage& message) {
  const Numbers numbers{message.kind,    message.code,    message.unit,
                        message.samples, message.seconds, message.waited};
  std::string bytes(sizeof(numbers), '\0');
  std::memcpy(bytes.data(), &numbers, sizeof(numbers));
  return bytes + message.text.substr(0, Communicator::longest_message - sizeof(numbers));
}

ShareMessage decode_share_message(const std::string& bytes) {
  Numbers numbers;
  assert(bytes.size() >= sizeof(numbers));
  std::memcpy(&numbers, bytes.data(), sizeof(numbers));
  return {numbers.kind,
          numbers.code,
          numbers.unit,
          numbers.samples,
          numbers.seconds,
          numbers.waited,
          bytes.substr(sizeof(numbers))};
}

}  // namespace ttt
