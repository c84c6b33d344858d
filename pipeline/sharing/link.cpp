#include "pipeline/sharing/link.h"

#include <utility>

namespace ttt {

void MpiLink::send(const ShareMessage& message) { communicator_.send(0, to_dispatcher_tag, encode(message)); }

std::optional<ShareMessage> MpiLink::receive() {
  const auto message = communicator_.receive(to_rank_tag);
  if (!message) return std::nullopt;
  return decode_share_message(message->bytes);
}

void Mailbox::put(const ShareMessage& message) {
  const std::lock_guard lock(mutex_);
  messages_.push_back(message);
}

std::optional<ShareMessage> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  if (messages_.empty()) return std::nullopt;
  ShareMessage first = std::move(messages_.front());
  messages_.pop_front();
  return first;
}

void MpiExchange::send(int rank, const ShareMessage& message) {
  if (rank == 0)
    local_.to_rank.put(message);
  else
    communicator_.send(rank, MpiLink::to_rank_tag, encode(message));
}

std::optional<Exchange::Heard> MpiExchange::receive() {
  if (auto own = local_.to_dispatcher.take()) return Heard{0, std::move(*own)};
  const auto message = communicator_.receive(MpiLink::to_dispatcher_tag);
  if (!message) return std::nullopt;
  return Heard{message->from, decode_share_message(message->bytes)};
}

}  // namespace ttt
