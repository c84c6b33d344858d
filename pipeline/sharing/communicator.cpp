#include "pipeline/sharing/communicator.h"

#include <mpi.h>

#include <cassert>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>

#include "pipeline/sharing/backoff.h"
#include "pipeline/sharing/launch_environment.h"

namespace ttt {
namespace {

// How long the other processes get to go once MPI has ended everywhere, before rank 0 returns a failure.
constexpr std::chrono::milliseconds leave_time{300};

bool is_done(MPI_Request& request) {
  int done = 0;
  MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  return done != 0;
}

}  // namespace

Communicator::Communicator(int* argc, char*** argv) {
  const LaunchEnvironment launch = read_launch_environment(std::getenv);
  check_before_start(launch);
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &provided);
  require(provided >= MPI_THREAD_SERIALIZED,
          "this MPI library offers no threads (MPI_THREAD_SERIALIZED is needed)");
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  check_size(launch, size_);
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_rank(node, &node_rank_);
  MPI_Comm_size(node, &node_size_);
  MPI_Comm_free(&node);
  running_ = true;
}

Communicator::~Communicator() {
  if (running_ && std::uncaught_exceptions() == 0) MPI_Finalize();
}

void Communicator::barrier() const {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  for (Backoff backoff; !is_done(request);) backoff.rest();
}

int Communicator::finish(ExitCode code) {
  barrier();
  MPI_Finalize();
  running_ = false;
  if (rank_ != 0) return 0;
  if (code != ExitCode::complete && size_ > 1) std::this_thread::sleep_for(leave_time);
  return static_cast<int>(code);
}

void Communicator::send(int to, int tag, const std::string& bytes) const {
  assert(to != rank_ && bytes.size() <= longest_message);
  MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

std::optional<Communicator::Message> Communicator::receive(int tag) const {
  int there = 0, size = 0;
  MPI_Message handle = MPI_MESSAGE_NULL;
  MPI_Status status;
  MPI_Improbe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &handle, &status);
  if (!there) return std::nullopt;
  MPI_Get_count(&status, MPI_BYTE, &size);
  Message message{status.MPI_SOURCE, std::string(static_cast<size_t>(size), '\0')};
  MPI_Mrecv(message.bytes.data(), size, MPI_BYTE, &handle, MPI_STATUS_IGNORE);
  return message;
}

}  // namespace ttt
