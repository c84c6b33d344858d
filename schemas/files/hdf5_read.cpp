#include <algorithm>
#include <cstring>

#include "schemas/files/hdf5_door.h"

namespace ttt {
namespace {

std::string type_name(hid_t type) {
  const size_t bits = 8 * H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}{}", H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int", bits);
    case H5T_FLOAT:
      return fmt::format("float{}", bits);
    case H5T_STRING:
      return "text";
    default:
      return "neither numbers nor text";
  }
}

std::string shape_name(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (const int64_t length : shape) text += fmt::format("{}{}", text.size() > 1 ? ", " : "", length);
  return text + "]";
}

/// A data set or an attribute being read.
struct Stored {
  Hdf5Id id, type, space;
};

Stored stored_array(const Hdf5FileState& file, const std::string& where, Hdf5Id id) {
  Hdf5Id type(checked(H5Dget_type(id.get()), file, where, "read"));
  Hdf5Id space(checked(H5Dget_space(id.get()), file, where, "read"));
  return {std::move(id), std::move(type), std::move(space)};
}

Stored stored_attribute(const Hdf5FileState& file, const std::string& where, Hdf5Id id) {
  Hdf5Id type(checked(H5Aget_type(id.get()), file, where, "read"));
  Hdf5Id space(checked(H5Aget_space(id.get()), file, where, "read"));
  return {std::move(id), std::move(type), std::move(space)};
}

/// Text, fixed or variable length, of a data set or an attribute; `read(type, buffer)` fills the buffer.
template <typename Read>
std::vector<std::string> read_texts(const Stored& stored, Read read) {
  const hid_t type = stored.type.get(), space = stored.space.get();
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  std::vector<std::string> texts;
  if (count <= 0) return texts;
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> pointers(count, nullptr);
    read(type, pointers.data());
    for (const char* pointer : pointers) texts.emplace_back(pointer ? pointer : "");
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  } else {
    const size_t size = H5Tget_size(type);
    std::vector<char> bytes(count * size);
    read(type, bytes.data());
    for (hssize_t i = 0; i < count; ++i) {
      std::string text(bytes.data() + i * size, strnlen(bytes.data() + i * size, size));
      text.erase(text.find_last_not_of(' ') + 1);
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

size_t product(const std::vector<int64_t>& shape) {
  size_t count = 1;
  for (const int64_t length : shape) count *= length;
  return count;
}

/// What numbers of this kind look like in a file, whichever byte order they are in.
bool is_stored_as(hid_t type, Number number) {
  const hid_t wanted = stored_type(number);
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5Tget_class(wanted) && H5Tget_size(type) == H5Tget_size(wanted) &&
         (kind != H5T_INTEGER || H5Tget_sign(type) == H5Tget_sign(wanted));
}

/// Whether every chunk of a chunked data set is there; HDF5 reads a missing one as zeros without a word.
bool has_every_chunk(const Stored& array, hid_t list, const std::vector<int64_t>& shape) {
  std::vector<hsize_t> chunk(shape.size());
  H5Pget_chunk(list, static_cast<int>(chunk.size()), chunk.data());
  hsize_t wanted = 1, stored = 0;
  for (size_t i = 0; i < shape.size(); ++i) wanted *= (shape[i] + chunk[i] - 1) / chunk[i];
  return H5Dget_num_chunks(array.id.get(), array.space.get(), &stored) >= 0 && stored >= wanted;
}

/// Why the values of a data set cannot be in this file, or nothing.
std::string_view storage_problem(const Hdf5FileState& file, const Stored& array,
                                 const std::vector<int64_t>& shape) {
  const Hdf5Id list = made(H5Dget_create_plist(array.id.get()));
  const H5D_layout_t layout = H5Pget_layout(list.get());
  if (layout == H5D_VIRTUAL || H5Pget_external_count(list.get()) > 0)
    return "lies in another file; copy it into this one";
  constexpr double most_compression = 1100;  // of gzip is 1032
  hsize_t size = 0;
  H5Fget_filesize(file.id.get(), &size);
  double bytes = static_cast<double>(H5Tget_size(array.type.get()));
  for (const int64_t length : shape) bytes *= static_cast<double>(length);
  const double most = static_cast<double>(size) * (layout == H5D_CHUNKED ? most_compression : 1);
  if (bytes > most) return "claims more values than the file can hold";
  const bool stored = layout == H5D_CHUNKED
                          ? has_every_chunk(array, list.get(), shape)
                          : static_cast<double>(H5Dget_storage_size(array.id.get())) >= bytes;
  return stored ? "" : "was never completely written";
}

}  // namespace

void Hdf5Group::refuse(const std::string& object, std::string_view problem) const {
  fail(ExitCode::data, "{}: {}{}: {}", file_->name, path_, object, problem);
}

bool Hdf5Group::has(const std::string& name) const {
  return checked(H5Lexists(id_.get(), name.c_str(), H5P_DEFAULT), *file_, path_ + name, "looked up") > 0;
}

Hdf5Id Hdf5Group::open_object(const std::string& name) const {
  if (name.empty()) return made(H5Gopen2(id_.get(), ".", H5P_DEFAULT));
  if (!has(name)) refuse(name, "is missing");
  H5L_info_t link;
  checked(H5Lget_info(id_.get(), name.c_str(), &link, H5P_DEFAULT), *file_, path_ + name, "looked up");
  if (link.type != H5L_TYPE_HARD) refuse(name, "is a link; copy what it points to into this file");
  return Hdf5Id(checked(H5Oopen(id_.get(), name.c_str(), H5P_DEFAULT), *file_, path_ + name, "opened"));
}

Hdf5Group Hdf5Group::group(const std::string& name) const {
  Hdf5Id id = open_object(name);
  if (H5Iget_type(id.get()) != H5I_GROUP) refuse(name, "is not a group");
  return Hdf5Group(file_, path_ + name + "/", std::move(id));
}

std::vector<std::string> Hdf5Group::names() const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->push_back(name);
    return 0;
  };
  hsize_t position = 0;
  const Hdf5Id list = made(H5Gget_create_plist(id_.get()));
  unsigned int order = 0;
  H5Pget_link_creation_order(list.get(), &order);
  const H5_index_t index = order & H5P_CRT_ORDER_INDEXED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
  checked(H5Literate(id_.get(), index, H5_ITER_INC, &position, add, &names), *file_, path_, "listed");
  return names;
}

std::vector<int64_t> Hdf5Group::shape(const std::string& name) const {
  Hdf5Id id = open_object(name);
  if (H5Iget_type(id.get()) != H5I_DATASET) refuse(name, "is not a data set");
  const Stored array = stored_array(*file_, path_ + name, std::move(id));
  const int rank = H5Sget_simple_extent_ndims(array.space.get());
  if (H5Sget_simple_extent_type(array.space.get()) != H5S_SIMPLE || rank < 1) refuse(name, "is not an array");
  std::vector<hsize_t> lengths(rank);
  H5Sget_simple_extent_dims(array.space.get(), lengths.data(), nullptr);
  std::vector<int64_t> shape(lengths.begin(), lengths.end());
  const std::string_view problem = storage_problem(*file_, array, shape);
  if (!problem.empty()) refuse(name, problem);
  return shape;
}

size_t Hdf5Group::check_array(const std::string& name, Number number,
                              const std::vector<int64_t>& wanted) const {
  const std::vector<int64_t> found = shape(name);
  const Stored array = stored_array(*file_, path_ + name, open_object(name));
  if (found != wanted || !is_stored_as(array.type.get(), number)) {
    refuse(name, fmt::format("is {} {}, not {} {}", type_name(array.type.get()), shape_name(found),
                             type_name(stored_type(number)), shape_name(wanted)));
  }
  return product(found);
}

Hdf5Rows Hdf5Group::open_rows(const std::string& name, Number number,
                              const std::vector<int64_t>& wanted) const {
  check_array(name, number, wanted);
  return Hdf5Rows(file_, path_ + name, open_object(name), wanted);
}

void Hdf5Group::read_array(const std::string& name, Number number, void* values) const {
  const Hdf5Id array = open_object(name);
  checked(H5Dread(array.get(), stored_type(number), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), *file_,
          path_ + name, "read");
}

std::vector<int64_t> Hdf5Group::read_integers(const std::string& name,
                                              const std::vector<int64_t>& wanted) const {
  const std::vector<int64_t> found = shape(name);
  const Stored array = stored_array(*file_, path_ + name, open_object(name));
  if (found != wanted || H5Tget_class(array.type.get()) != H5T_INTEGER) {
    refuse(name, fmt::format("is {} {}, not integers {}", type_name(array.type.get()), shape_name(found),
                             shape_name(wanted)));
  }
  std::vector<int64_t> values(product(found));
  read_array(name, Number::i64, values.data());
  return values;
}

std::vector<std::string> Hdf5Group::read_strings(const std::string& name) const {
  if (shape(name).size() != 1) refuse(name, "is not one-dimensional");
  const Stored array = stored_array(*file_, path_ + name, open_object(name));
  if (H5Tget_class(array.type.get()) != H5T_STRING) refuse(name, "is not text");
  return read_texts(array, [&](hid_t as, void* buffer) {
    checked(H5Dread(array.id.get(), as, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), *file_, path_ + name, "read");
  });
}

bool Hdf5Group::has_attribute(const std::string& object, const std::string& name) const {
  const Hdf5Id id = open_object(object);
  return checked(H5Aexists(id.get(), name.c_str()), *file_, path_ + object, "looked up") > 0;
}

Hdf5Id Hdf5Group::open_attribute(const std::string& object, const std::string& name) const {
  if (!has_attribute(object, name)) refuse(object, fmt::format("attribute {} is missing", name));
  const Hdf5Id id = open_object(object);
  return Hdf5Id(checked(H5Aopen(id.get(), name.c_str(), H5P_DEFAULT), *file_, path_ + object, "read"));
}

std::vector<std::string> Hdf5Group::texts(const std::string& object, const std::string& name) const {
  const Stored attribute = stored_attribute(*file_, path_ + object, open_attribute(object, name));
  if (H5Tget_class(attribute.type.get()) != H5T_STRING)
    refuse(object, fmt::format("attribute {} is not text", name));
  return read_texts(attribute, [&](hid_t as, void* buffer) {
    checked(H5Aread(attribute.id.get(), as, buffer), *file_, path_ + object, "read");
  });
}

std::string Hdf5Group::text(const std::string& object, const std::string& name) const {
  const std::vector<std::string> found = texts(object, name);
  if (found.size() != 1) refuse(object, fmt::format("attribute {} is not one text", name));
  return found.front();
}

std::vector<int64_t> Hdf5Group::integers(const std::string& object, const std::string& name) const {
  const Stored attribute = stored_attribute(*file_, path_ + object, open_attribute(object, name));
  if (H5Tget_class(attribute.type.get()) != H5T_INTEGER) {
    refuse(object, fmt::format("attribute {} is not integers", name));
  }
  std::vector<int64_t> values(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(attribute.space.get())));
  checked(H5Aread(attribute.id.get(), stored_type(Number::i64), values.data()), *file_, path_ + object,
          "read");
  return values;
}

uint64_t Hdf5Group::natural(const std::string& object, const std::string& name) const {
  if (integers(object, name).size() != 1) refuse(object, fmt::format("attribute {} is not one number", name));
  uint64_t value = 0;
  const Hdf5Id attribute = open_attribute(object, name);
  checked(H5Aread(attribute.get(), stored_type(Number::u64), &value), *file_, path_ + object, "read");
  return value;
}

}  // namespace ttt
