#include <algorithm>

#include "schemas/files/hdf5_door.h"

namespace ttt {
namespace {

/// How many of `rows`, from the first, follow one another in the file.
size_t run_length(std::span<const int64_t> rows) {
  size_t length = 1;
  while (length < rows.size() && rows[length] == rows[length - 1] + 1) ++length;
  return length;
}

}  // namespace

Hdf5Rows::Hdf5Rows(std::shared_ptr<Hdf5FileState> file, std::string where, Hdf5Id array,
                   std::vector<int64_t> shape)
    : file_(std::move(file)), where_(std::move(where)), array_(std::move(array)), shape_(std::move(shape)) {}

size_t Hdf5Rows::row_size() const {
  size_t size = 1;
  for (size_t i = 1; i < shape_.size(); ++i) size *= shape_[i];
  return size;
}

void Hdf5Rows::read_rows(std::span<const int64_t> rows, Number number, void* values) const {
  const size_t bytes = row_size() * H5Tget_size(stored_type(number));
  for (size_t at = 0; at < rows.size();) {
    const size_t count = run_length(rows.subspan(at));
    read_run(rows[at], static_cast<int64_t>(count), number, static_cast<char*>(values) + at * bytes);
    at += count;
  }
}

void Hdf5Rows::read_run(int64_t first, int64_t count, Number number, void* values) const {
  if (first < 0 || first + count > shape_.front())
    fail(ExitCode::internal, "{}: {}: rows {} to {} of {}", file_->name, where_, first, first + count - 1,
         shape_.front());
  std::vector<hsize_t> start(shape_.size(), 0), length(shape_.begin(), shape_.end());
  start.front() = first;
  length.front() = count;
  const int rank = static_cast<int>(length.size());
  const Hdf5Id memory = made(H5Screate_simple(rank, length.data(), nullptr));
  const Hdf5Id stored(checked(H5Dget_space(array_.get()), *file_, where_, "read"));
  checked(H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, start.data(), nullptr, length.data(), nullptr),
          *file_, where_, "read");
  checked(H5Dread(array_.get(), stored_type(number), memory.get(), stored.get(), H5P_DEFAULT, values), *file_,
          where_, "read");
}

}  // namespace ttt
