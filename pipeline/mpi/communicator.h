#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ttt {

/// The door to MPI. Starts it in the constructor; without a launcher it is one rank. The destructor finalizes
/// unless the stack is unwinding.
class Communicator {
 public:
  Communicator(int* argc, char*** argv);
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  int node_rank() const { return node_rank_; }  // rank among those of this node: which GPU

  /// Collective. Waits without spinning.
  void barrier() const;

  /// Point to point, bytes; tags separate conversations. `receive` takes what is there or returns nothing.
  struct Message {
    int from = 0;
    std::string bytes;
  };
  void send(int to, int tag, const std::string& bytes) const;
  std::optional<Message> receive(int tag) const;

 private:
  int rank_ = 0, size_ = 1, node_rank_ = 0;
};

}  // namespace ttt
