#pragma once
#include <deque>
#include <mutex>
#include <optional>

#include "pipeline/sharing/communicator.h"
#include "pipeline/sharing/share_message.h"

namespace ttt {

/// A rank's connection to the dispatcher on rank 0. Neither call waits.
class Link {
 public:
  virtual ~Link() = default;
  virtual void send(const ShareMessage& message) = 0;
  virtual std::optional<ShareMessage> receive() = 0;
};

/// The dispatcher's connection to all ranks. No call waits.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual int size() const = 0;  // ranks
  virtual void send(int rank, const ShareMessage& message) = 0;

  struct Heard {
    int from = 0;
    ShareMessage message;
  };
  virtual std::optional<Heard> receive() = 0;
};

/// Of every rank but 0: by MPI.
class MpiLink final : public Link {
 public:
  static constexpr int to_dispatcher_tag = 1, to_rank_tag = 2;

  explicit MpiLink(const Communicator& communicator) : communicator_(communicator) {}
  void send(const ShareMessage& message) override;
  std::optional<ShareMessage> receive() override;

 private:
  const Communicator& communicator_;
};

/// Messages from one thread to another, in order.
class Mailbox {
 public:
  void put(const ShareMessage& message);
  std::optional<ShareMessage> take();

 private:
  std::mutex mutex_;
  std::deque<ShareMessage> messages_;
};

/// Of rank 0, where only the dispatcher's thread may call MPI: by memory.
class MemoryLink final : public Link {
 public:
  void send(const ShareMessage& message) override { to_dispatcher.put(message); }
  std::optional<ShareMessage> receive() override { return to_rank.take(); }

  Mailbox to_dispatcher, to_rank;
};

/// All ranks: rank 0 by memory, the others by MPI.
class MpiExchange final : public Exchange {
 public:
  MpiExchange(const Communicator& communicator, MemoryLink& local)
      : communicator_(communicator), local_(local) {}
  int size() const override { return communicator_.size(); }
  void send(int rank, const ShareMessage& message) override;
  std::optional<Heard> receive() override;

 private:
  const Communicator& communicator_;
  MemoryLink& local_;
};

}  // namespace ttt
