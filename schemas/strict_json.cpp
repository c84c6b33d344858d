#include "schemas/strict_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

namespace ttt {
namespace {

using nlohmann::json;

/// Told of every piece of the text in turn. Each function returns whether to go on.
class Checker : public json::json_sax_t {
 public:
  explicit Checker(size_t levels) : levels_(levels) {}
  const std::string& problem() const { return problem_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }

  bool start_object(size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(size_t) override { return open(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    return keys_.back().insert(name).second || refuse(fmt::format("holds {} twice", name));
  }
  bool parse_error(size_t, const std::string&, const json::exception&) override {
    return refuse("is not valid JSON");
  }

 private:
  bool refuse(const std::string& problem) {
    problem_ = problem;
    return false;
  }
  bool open() {
    keys_.emplace_back();
    return keys_.size() <= levels_ || refuse(fmt::format("nests more than {} levels deep", levels_));
  }
  bool close() {
    keys_.pop_back();
    return true;
  }

  size_t levels_;
  std::string problem_;
  std::vector<std::unordered_set<std::string>> keys_;  // of every object and list that is open
};

}  // namespace

std::string problem_of_json(std::string_view text, size_t levels) {
  Checker checker(levels);
  json::sax_parse(text, &checker);
  return checker.problem();
}

}  // namespace ttt
