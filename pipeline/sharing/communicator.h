#pragma once
#include <optional>
#include <string>

#include "schemas/error.h"

namespace ttt {

/// The door to MPI. Starts it in the constructor; without a launcher it is one rank. Throws a spec Error when
/// the launcher started another number of ranks than MPI sees. MPI's own errors end all ranks.
///
/// One thread of a rank at a time may call it (MPI_THREAD_SERIALIZED).
class Communicator {
 public:
  Communicator(int* argc, char*** argv);
  ~Communicator();  // ends MPI, unless an exception is passing: then the launcher must notice that a rank was
                    // lost
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }

  /// Ranks of this node: their number, and which of them this is (hence which GPU).
  int node_size() const { return node_size_; }
  int node_rank() const { return node_rank_; }

  /// Collective. Waits without spinning.
  void barrier() const;

  /// Collective, the last call: ends MPI on all ranks and gives what main() must return. Only rank 0 returns
  /// `code`, the others 0: with `srun -K1`, or under mpirun, the first rank that returns anything else makes
  /// the launcher kill those that still run and report their death instead of the code. So rank 0 also
  /// returns last.
  int finish(ExitCode code);

  /// Point to point, at most `longest_message` bytes, so that sending never waits for the receiver; tags
  /// separate conversations, and messages of one rank with one tag keep their order. `receive` takes what is
  /// there or nothing.
  static constexpr int longest_message =
      2000;  // below the eager limits of MPI's transports (4096 in shared memory)
  struct Message {
    int from = 0;
    std::string bytes;
  };
  void send(int to, int tag, const std::string& bytes) const;
  std::optional<Message> receive(int tag) const;

 private:
  int rank_ = 0, size_ = 1, node_rank_ = 0, node_size_ = 1;
  bool running_ = false;
};

}  // namespace ttt
