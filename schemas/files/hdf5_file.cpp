#include "schemas/files/hdf5_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "schemas/durable_file.h"
#include "schemas/files/hdf5_door.h"

namespace ttt {

static_assert(std::is_same_v<hid_t, int64_t> && std::endian::native == std::endian::little);

namespace {

/// One file format whatever the library's version. No locks: a file is published by rename, never written in
/// place, and locks fail on some parallel file systems.
Hdf5Id access() {
  // The library's clean-up at exit crashes on what a failed write left open (1.10.8); our files are closed by
  // then.
  [[maybe_unused]] static const herr_t no_clean_up = H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // per thread: errors go into our own messages
  Hdf5Id list = made(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(list.get(), H5F_LIBVER_V18, H5F_LIBVER_V18);
  H5Pset_fclose_degree(list.get(), H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  H5Pset_file_locking(list.get(), false, true);
#endif
  return list;
}

/// What HDF5 calls every file in memory: it must be the name of no file, and below a device there is none.
constexpr const char* no_file = "/dev/null/in-memory";

Hdf5Id memory_access(std::string_view image) {
  constexpr size_t growth = 1 << 20;  // bytes
  Hdf5Id list = access();
  H5Pset_fapl_core(list.get(), growth, false);
  // HDF5 copies the image; its interface only lacks the const.
  H5Pset_file_image(list.get(), const_cast<char*>(image.data()), image.size());
  return list;
}

/// A file being written or read, from the identifier HDF5 gave it.
std::shared_ptr<Hdf5FileState> opened(hid_t id, const std::filesystem::path& file, Hdf5Mode mode) {
  auto state = std::make_shared<Hdf5FileState>(file.string(), mode, Hdf5Id(), std::vector<Hdf5Axis>());
  const bool writing = mode == Hdf5Mode::write;
  if (id < 0 && writing) fail(ExitCode::io, "{}: cannot be made ({})", state->name, hdf5_cause());
  if (id < 0) fail(ExitCode::data, "{}: is not a readable HDF5 file ({})", state->name, hdf5_cause());
  state->id = Hdf5Id(id);
  return state;
}

Hdf5Id root_group(const Hdf5FileState& file) {
  return Hdf5Id(checked(H5Gopen2(file.id.get(), "/", H5P_DEFAULT), file, "/", "opened"));
}

}  // namespace

Hdf5Id::~Hdf5Id() {
  if (id_ >= 0) H5Idec_ref(id_);
}

Hdf5Group::Hdf5Group(std::shared_ptr<Hdf5FileState> file, std::string path, Hdf5Id id)
    : file_(std::move(file)), path_(std::move(path)), id_(std::move(id)) {}

Hdf5File::Hdf5File(std::shared_ptr<Hdf5FileState> state)
    : state_(std::move(state)), root_(state_, "/", root_group(*state_)) {}

Hdf5File Hdf5File::create(const std::filesystem::path& file) {
  const Hdf5Id how = access(), list = creation_list(H5P_FILE_CREATE);
  return Hdf5File(
      opened(H5Fcreate(file.c_str(), H5F_ACC_EXCL, list.get(), how.get()), file, Hdf5Mode::write));
}

Hdf5File Hdf5File::open(const std::filesystem::path& file) {
  require_no_pipe(file);
  // What the system says is clearer than what HDF5 makes of it.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    fail(ExitCode::data, "{}: there is no such file", file.string());
  }
  if (descriptor < 0) fail(ExitCode::io, "{}: cannot be opened ({})", file.string(), std::strerror(errno));
  ::close(descriptor);
  const Hdf5Id how = access();
  return Hdf5File(opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, how.get()), file, Hdf5Mode::read));
}

Hdf5File Hdf5File::open_in_memory(const std::filesystem::path& name, std::string_view bytes) {
  const Hdf5Id how = memory_access(bytes);
  return Hdf5File(opened(H5Fopen(no_file, H5F_ACC_RDONLY, how.get()), name, Hdf5Mode::read));
}

void Hdf5File::close() {
  checked(H5Fflush(state_->id.get(), H5F_SCOPE_LOCAL), *state_, "/", "written");
  root_.id_ = Hdf5Id();
  // H5Fclose reports what a destructor would swallow.
  checked(H5Fclose(state_->id.release()), *state_, "/", "closed");
}

}  // namespace ttt
