#include "schemas/files/sample_axes.h"

#include <numeric>
#include <sstream>

#include "schemas/error.h"

namespace ttt {

void write_sample_axis(const Hdf5Group& group, const std::vector<int64_t>& sample) {
  group.write_axis("sample", sample, {{"units", "1"}, {"long_name", "index into the test set"}});
}

void write_sample_coordinates(const Hdf5Group& group, const std::vector<int64_t>& label,
                              const std::vector<int64_t>& base, const std::vector<int32_t>& shift,
                              const std::vector<int32_t>& severity, const std::vector<Split>& split,
                              const std::vector<std::string>& shift_names) {
  std::vector<int32_t> codes(shift_names.size());
  std::iota(codes.begin(), codes.end(), 0);
  std::string meanings;
  for (const std::string& name : shift_names) {
    if (name.empty() || name.find(' ') != std::string::npos) {
      fail(ExitCode::internal, "shift name '{}' is empty or holds a blank", name);
    }
    meanings += (meanings.empty() ? "" : " ") + name;
  }
  const auto about = [](const std::string& long_name) {
    return Attributes{{"units", "1"}, {"long_name", long_name}};
  };
  const auto flags = [](Attributes attributes, const Attribute& values, const std::string& names) {
    attributes.emplace_back("flag_values", values);
    attributes.emplace_back("flag_meanings", names);
    return attributes;
  };
  group.write("label", {"sample"}, label, about("true class"));
  group.write("base", {"sample"}, base, about("index of the clean image"));
  group.write("shift", {"sample"}, shift, flags(about("kind of shift"), codes, meanings));
  group.write("severity", {"sample"}, severity, about("severity of the shift, 1 to 5; 0: clean"));
  group.write("split", {"sample"}, split,
              flags(about("what the sample is for"), std::vector<uint8_t>{0, 1}, "tune report"));
}

std::vector<std::string> read_shift_names(const Hdf5Group& group) {
  std::istringstream words(group.text("shift", "flag_meanings"));
  std::vector<std::string> names;
  for (std::string word; words >> word;) names.push_back(word);
  std::vector<int64_t> expected(names.size());
  std::iota(expected.begin(), expected.end(), 0);
  if (group.integers("shift", "flag_values") != expected) {
    group.refuse("shift", "attribute flag_values is not 0, 1, ... with one meaning each");
  }
  if (names.empty() || names.front() != "clean")
    group.refuse("shift", "the first of flag_meanings is not clean");
  return names;
}

}  // namespace ttt
