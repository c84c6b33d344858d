#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/error.h"

namespace ttt {

struct DataOptions;
struct ReportOptions;
struct RunOptions;
struct SplitOptions;
struct TrainingOptions;
struct ViewOptions;

/// Which end of a range belongs to it.
enum class Ends { both, last, first, none };

/// Allowed values of a number, or of each number of a list.
struct Range {
  double least = 0;
  double most = 0;
  Ends ends = Ends::both;
};

/// TOML integers are signed, and readers of JSON and results keep 53 bits: seeds stay below both.
inline constexpr Range seed_range{0, 9007199254740992.0};

/// An enumeration, written as one of these names.
struct Choice {
  std::vector<std::string_view> names;  // by enumerator, from 0
  std::function<size_t()> get;
  std::function<void(size_t)> set;
};

template <typename Enum>
Choice choice(Enum& target, std::initializer_list<std::string_view> names) {
  return {names, [&target] { return static_cast<size_t>(target); },
          [&target](size_t index) { target = static_cast<Enum>(index); }};
}

struct Field;
using Fields = std::vector<Field>;

/// One key of a job spec, bound to a member of an option struct. Reading, printing, range checks and the list
/// of known keys all follow from the fields of a struct.
struct Field {
  std::string_view key;
  std::variant<bool*, int*, int64_t*, uint64_t*, double*, std::optional<double>*, std::string*,
               std::vector<int>*, std::vector<uint64_t>*, std::vector<std::string>*, Choice, Fields>
      target;                    // Fields: a table of its own; optional: not printed where it has no value
  Range range = {};              // of numbers
  bool selects = false;          // writing it changes which other fields there are
  std::string_view silent = {};  // a value that is not printed: what was printed before there was such a key
};

/// The fields of each option struct, in the order in which they are printed. Defined beside its validate().
Fields fields(DataOptions& options);
Fields fields(ReportOptions& options);
Fields fields(RunOptions& options);
Fields fields(SplitOptions& options);
Fields fields(TrainingOptions& options);
Fields fields(ViewOptions& options);

/// An option that breaks a rule. Whoever knows where the option was written adds file and line.
class OptionError : public Error {
 public:
  OptionError(std::string key, std::string problem);
  const std::string& key() const { return key_; }  // dotted, within its struct; "" : the struct itself
  const std::string& problem() const { return problem_; }  // "9 is past steps = 8 (...)"

 private:
  std::string key_;
  std::string problem_;
};

/// A rule of the option `key`: throws an OptionError unless `holds`.
template <typename... Args>
void require_option(bool holds, const char* key, fmt::format_string<Args...> problem, Args&&... args) {
  if (!holds) throw OptionError(key, fmt::format(problem, std::forward<Args>(args)...));
}

/// Throws an OptionError for the first number out of its range and the first text with control characters.
void check_fields(const Fields& fields);

bool inside(const Range& range, double value);
bool has_control_characters(std::string_view text);

/// "an integer from 1 to 5", "true or false", ...: what may be written at a field.
std::string allowed(const Field& field);

/// The keys of the fields.
std::vector<std::string_view> keys(const Fields& fields);

/// Throws an OptionError unless `name` may become a folder and an HDF5 group: letters, digits, "_.-" and
/// `also`, not starting with . or -.
void require_name(std::string_view name, std::string_view also, size_t longest);

/// True when no value comes twice.
template <typename T>
bool all_different(const std::vector<T>& values) {
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (values[i] == values[j]) return false;
  return true;
}

}  // namespace ttt
