#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ttt {

/// An open HDF5 object; closed with it. An hid_t without hdf5.h, which enters in hdf5_door.h alone.
class Hdf5Id {
 public:
  explicit Hdf5Id(int64_t id = -1) : id_(id) {}
  Hdf5Id(Hdf5Id&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Hdf5Id& operator=(Hdf5Id&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Hdf5Id();
  int64_t get() const { return id_; }
  int64_t release() { return std::exchange(id_, -1); }

 private:
  int64_t id_;
};

using Attribute = std::variant<std::string, std::vector<std::string>, int32_t, uint64_t, std::vector<uint8_t>,
                               std::vector<int32_t>>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;

/// The number types we store; enumerations are stored as the type beneath.
enum class Number { u8, i16, i32, i64, u64, f32, f64 };
template <typename T>
constexpr Number number_of() {
  if constexpr (std::is_enum_v<T>) {
    return number_of<std::underlying_type_t<T>>();
  } else if constexpr (std::is_floating_point_v<T>) {
    return sizeof(T) == 4 ? Number::f32 : Number::f64;
  } else if constexpr (std::is_unsigned_v<T>) {
    static_assert(sizeof(T) == 1 || sizeof(T) == 8);
    return sizeof(T) == 1 ? Number::u8 : Number::u64;
  } else {
    static_assert(sizeof(T) > 1);
    return sizeof(T) == 2 ? Number::i16 : sizeof(T) == 4 ? Number::i32 : Number::i64;
  }
}

struct Hdf5FileState;

/// An array of numbers in an open file, read by rows: a row is everything at one index of its first axis.
/// Holds the file open and none of the values.
class Hdf5Rows {
 public:
  /// These rows in this order; runs of consecutive ones are read at once. A row may come twice. T is the type
  /// that the array was opened with.
  template <typename T>
  std::vector<T> read(std::span<const int64_t> rows) const {
    std::vector<T> values(rows.size() * row_size());
    read_rows(rows, number_of<T>(), values.data());
    return values;
  }

 private:
  friend class Hdf5Group;
  Hdf5Rows(std::shared_ptr<Hdf5FileState> file, std::string where, Hdf5Id array, std::vector<int64_t> shape);
  size_t row_size() const;
  void read_rows(std::span<const int64_t> rows, Number number, void* values) const;
  void read_run(int64_t first, int64_t count, Number number, void* values) const;

  std::shared_ptr<Hdf5FileState> file_;
  std::string where_;  // path of the array
  Hdf5Id array_;
  std::vector<int64_t> shape_;
};

/// An array of numbers in a file being written, filled a part at a time; holds the file open and none of the
/// values. What is never written reads as zeros.
class Hdf5Array {
 public:
  /// Writes the part that begins at `start` and has the lengths `count`, an entry an axis of the array each.
  template <typename T>
  void write(const std::vector<int64_t>& start, const std::vector<int64_t>& count,
             std::span<const T> values) const {
    write_part(start, count, number_of<T>(), values.data(), values.size());
  }

 private:
  friend class Hdf5Group;
  Hdf5Array(std::shared_ptr<Hdf5FileState> file, std::string where, Hdf5Id array);
  void write_part(const std::vector<int64_t>& start, const std::vector<int64_t>& count, Number number,
                  const void* values, size_t size) const;

  std::shared_ptr<Hdf5FileState> file_;
  std::string where_;  // path of the array
  Hdf5Id array_;
};

/// A group of an open file: named arrays, attributes and groups. Arrays are written over named axes: an axis
/// is a one-dimensional array of the same group that is also their dimension scale, as netCDF-4 has it. Every
/// failure is one line naming file and object: an io Error in a file being written, a data Error in one being
/// read. What is read must be stored in the file itself: soft, external and virtual links are refused, and no
/// memory is taken for a claimed shape that the file is too small to hold.
class Hdf5Group {
 public:
  Hdf5Group make_group(const std::string& name) const;
  template <typename T>
  void write_axis(const std::string& name, const std::vector<T>& values,
                  const Attributes& attributes = {}) const {
    add_axis(name, values.size());
    write(name, {name}, values, attributes);
  }
  template <typename T>
  void write(const std::string& name, const std::vector<std::string>& axes, const std::vector<T>& values,
             const Attributes& attributes = {}) const {
    write_array(name, axes, number_of<T>(), values.data(), values.size(), attributes);
  }
  void write(const std::string& name, const std::vector<std::string>& axes,
             const std::vector<std::string>& values, const Attributes& attributes = {}) const;
  /// An array as write() makes it, without its values: filled afterwards it is the same bytes.
  template <typename T>
  Hdf5Array make_array(const std::string& name, const std::vector<std::string>& axes,
                       const Attributes& attributes = {}) const {
    return make_typed(name, axes, number_of<T>(), attributes);
  }
  void set(const Attributes& attributes) const;

  Hdf5Group group(const std::string& name) const;
  bool has(const std::string& name) const;
  std::vector<std::string> names() const;  // in the order they were made
  std::vector<int64_t> shape(const std::string& array) const;
  template <typename T>
  std::vector<T> read(const std::string& array, const std::vector<int64_t>& shape) const {
    std::vector<T> values(check_array(array, number_of<T>(), shape));
    read_array(array, number_of<T>(), values.data());
    return values;
  }
  template <typename T>
  Hdf5Rows rows(const std::string& array, const std::vector<int64_t>& shape) const {
    return open_rows(array, number_of<T>(), shape);
  }
  /// Any integer type.
  std::vector<int64_t> read_integers(const std::string& array, const std::vector<int64_t>& shape) const;
  std::vector<std::string> read_strings(const std::string& array) const;

  /// Attributes of the group itself (object "") or of an array in it.
  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string text(const std::string& object, const std::string& name) const;
  std::vector<std::string> texts(const std::string& object, const std::string& name) const;
  std::vector<int64_t> integers(const std::string& object, const std::string& name) const;
  uint64_t natural(const std::string& object, const std::string& name) const;

  /// Throws a data Error "FILE: GROUP/OBJECT: problem".
  [[noreturn]] void refuse(const std::string& object, std::string_view problem) const;

 private:
  friend class Hdf5File;
  Hdf5Group(std::shared_ptr<Hdf5FileState> file, std::string path, Hdf5Id id);
  void add_axis(const std::string& name, size_t length) const;
  void write_array(const std::string& name, const std::vector<std::string>& axes, Number number,
                   const void* values, size_t count, const Attributes& attributes) const;
  void write_typed(const std::string& name, const std::vector<std::string>& axes, int64_t type,
                   const void* values, size_t count, const Attributes& attributes) const;
  Hdf5Array make_typed(const std::string& name, const std::vector<std::string>& axes, Number number,
                       const Attributes& attributes) const;
  std::vector<int64_t> lengths_of(const std::vector<std::string>& axes) const;
  void finish_array(int64_t array, const std::string& name, const std::vector<std::string>& axes,
                    const Attributes& attributes) const;
  Hdf5Rows open_rows(const std::string& array, Number number, const std::vector<int64_t>& shape) const;
  Hdf5Id open_object(const std::string& name) const;
  Hdf5Id open_attribute(const std::string& object, const std::string& name) const;
  size_t check_array(const std::string& name, Number number, const std::vector<int64_t>& shape) const;
  void read_array(const std::string& name, Number number, void* values) const;

  std::shared_ptr<Hdf5FileState> file_;
  std::string path_;  // ends in "/"
  Hdf5Id id_;
};

/// An open file. The same calls write the same bytes: no object carries a time.
class Hdf5File {
 public:
  static Hdf5File create(const std::filesystem::path& file);
  static Hdf5File open(const std::filesystem::path& file);
  /// Of a file whose bytes are at hand; `name` is for messages.
  static Hdf5File open_in_memory(const std::filesystem::path& name, std::string_view bytes);

  const Hdf5Group& root() const { return root_; }
  /// Ends writing. No group of the file may be used afterwards.
  void close();

 private:
  explicit Hdf5File(std::shared_ptr<Hdf5FileState> state);
  std::shared_ptr<Hdf5FileState> state_;
  Hdf5Group root_;
};

}  // namespace ttt
