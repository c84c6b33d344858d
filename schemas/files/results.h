#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/fingerprint.h"
#include "schemas/method_results.h"
#include "schemas/test_set.h"

namespace ttt {

/// What results.h5 says that it is; files of another number are refused.
inline constexpr std::string_view results_format = "ttt-eval results 2";

/// results.h5: everything the report needs. The layout (design.md, "Test set and results") is described in
/// results.cpp.
struct Results {
  std::vector<std::string> model;             // names
  std::vector<std::string> model_group;       // [model]
  std::vector<int64_t> sample;                // [N] index into the test set
  std::vector<int64_t> label, base;           // [N]
  std::vector<int32_t> shift, severity;       // [N]
  std::vector<Split> split;                   // [N]
  std::vector<std::string> shift_names;       // flag_meanings of shift
  std::vector<int64_t> tokens, bytes, words;  // [N] of a document, what is scored; empty where there are none
  std::vector<std::string> class_names;
  std::string score = "classification";           // name of the family of scores (pipeline/scores)
  std::vector<MethodResults> methods;             // a group methods/NAME each
  uint64_t forward_flops = 0;                     // of one plain prediction: what a forward-equivalent is
  std::string spec;                               // the whole job spec as TOML
  std::map<std::string, std::string> provenance;  // versions, device, digests; no host names, no times
  bool partial = false;                           // some units were missing (aggregate --partial)
};

/// Calls visit(name, long name, &Results::member) for each of a document's lengths.
template <typename Visit>
void for_each_length(Visit visit) {
  visit("tokens", "tokens of the document that are scored", &Results::tokens);
  visit("bytes", "bytes of the text that these tokens stand for", &Results::bytes);
  visit("words", "words of that text, separated by white space", &Results::words);
}

void write_results(const std::filesystem::path& file, const Results& results);

/// Which columns of the records are read, by their names (record_columns.h); those that are not stay empty.
using WantedColumns = std::function<bool(std::string_view column)>;

/// Throws a data Error naming the file when it is missing, damaged or of another version.
Results read_results(const std::filesystem::path& file);
Results read_results(const std::filesystem::path& file, const WantedColumns& wanted);

}  // namespace ttt
