#include "pipeline/sources/texts.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/sources/document_text.h"
#include "pipeline/sources/split_mix.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t noise_tag = 4;
constexpr std::array noise_permille = {50, 100, 200};
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";

/// The documents of one kind: those of a folder of the test part, or all of the training part.
struct Kind {
  std::vector<std::string> documents;
  int64_t first = 0;  // number of the first one among all documents of the part
};

void require_document(const std::string& text, const std::string& where) {
  if (text.empty()) fail(ExitCode::data, "{}: the document is empty (remove it)", where);
  if (const size_t wrong = first_wrong_byte(text); wrong != std::string::npos)
    fail(ExitCode::data, "{}: byte {} is not UTF-8 (convert the text, for instance with iconv)", where,
         wrong);
}

/// Cuts where a character ends.
std::string cut(std::string text, int64_t most) {
  if (static_cast<int64_t>(text.size()) <= most) return text;
  auto end = static_cast<size_t>(most);
  while (end > 1 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

void add_lines(Kind& kind, const fs::path& file, int64_t most) {
  const std::string all = read_file(file);
  size_t line = 1;
  for (size_t begin = 0; begin < all.size(); ++line) {
    const size_t end = std::min(all.find('\n', begin), all.size());
    const std::string where = fmt::format("{}:{}", file.string(), line);
    const std::string_view text(all.data() + begin, end - begin);
    begin = end + 1;
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object() || !object.contains("text") || !object["text"].is_string())
      fail(ExitCode::data, "{}: is no JSON object with a text under the key \"text\"", where);
    std::string document = object["text"].get<std::string>();
    require_document(document, where);
    kind.documents.push_back(cut(std::move(document), most));
  }
}

/// Every document below `folder`, files in the order of their names.
void add_folder(Kind& kind, const fs::path& folder, int64_t most, bool deep) {
  std::vector<fs::path> files;
  const auto add = [&](const fs::directory_entry& entry) {
    if (entry.is_regular_file() &&
        (entry.path().extension() == ".txt" || entry.path().extension() == ".jsonl"))
      files.push_back(entry.path());
  };
  if (deep)
    for (const auto& entry : fs::recursive_directory_iterator(folder)) add(entry);
  else
    for (const auto& entry : fs::directory_iterator(folder)) add(entry);
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    if (file.extension() == ".jsonl") {
      add_lines(kind, file, most);
      continue;
    }
    std::string text = read_file(file);
    require_document(text, file.string());
    kind.documents.push_back(cut(std::move(text), most));
  }
}

class Texts final : public TokenSet {
 public:
  Texts(std::map<std::string, Kind> kinds, SequenceForm form, uint64_t seed)
      : TokenSet(std::move(form)), kinds_(std::move(kinds)), seed_(seed) {}

  /// Of the smallest kind: every kind has so many.
  int64_t size() const override {
    int64_t least = std::numeric_limits<int64_t>::max();
    for (const auto& [name, kind] : kinds_) least = std::min(least, std::ssize(kind.documents));
    return kinds_.empty() ? 0 : least;
  }

  std::vector<std::string> shift_names() const override {
    std::vector<std::string> names;
    for (const auto& [name, kind] : kinds_)
      if (name != "clean") names.push_back(name);
    if (kinds_.contains("clean")) names.push_back("noise");
    return names;
  }
  int severities() const override { return static_cast<int>(noise_permille.size()); }

  bool has_clean() const override { return kinds_.contains("clean"); }

  Sequence sequence(int64_t index, const std::string& shift, int severity) const override {
    const Kind& kind = kind_of(shift);
    std::string text = kind.documents[static_cast<size_t>(index)];
    if (shift == "noise" && severity > 0 && !kinds_.contains("noise"))
      add_noise(text, kind.first + index, noise_permille[static_cast<size_t>(severity - 1)]);
    return sequence_of(text);
  }

  int64_t base(int64_t index, const std::string& shift) const override {
    return kind_of(shift).first + index;
  }

 private:
  const Kind& kind_of(const std::string& shift) const {
    const auto found = kinds_.find(shift);
    return found != kinds_.end() ? found->second : kinds_.at("clean");
  }

  void add_noise(std::string& text, int64_t document, int permille) const {
    SplitMix noise(seed_, noise_tag, static_cast<uint64_t>(document));
    for (char& c : text) {
      const bool is_letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
      if (is_letter && noise.chance(permille)) c = letters[static_cast<size_t>(noise.below(26))];
    }
  }

  std::map<std::string, Kind> kinds_;
  uint64_t seed_;
};

}  // namespace

std::unique_ptr<TokenSet> open_texts(const DataOptions& options, DataPart part) {
  const bool training = part == DataPart::training;
  const fs::path folder = fs::path(options.path) / (training ? "train" : "test");
  if (!fs::is_directory(folder))
    fail(ExitCode::data, "{}: no such folder (data.path holds train/ and test/ with .txt and .jsonl files)",
         folder.string());
  std::map<std::string, Kind> kinds;
  if (training) {
    add_folder(kinds["clean"], folder, std::numeric_limits<int64_t>::max(), true);
  } else {
    add_folder(kinds["clean"], folder, options.document_bytes, false);
    if (kinds["clean"].documents.empty()) kinds.erase("clean");
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.is_directory()) folders.push_back(entry.path());
    std::ranges::sort(folders);
    for (const fs::path& below : folders)
      add_folder(kinds[below.filename().string()], below, options.document_bytes, true);
  }
  int64_t count = 0, longest = 0;
  for (auto& [name, kind] : kinds) {
    if (kind.documents.empty())
      fail(ExitCode::data, "{}: holds no .txt and no .jsonl file",
           (name == "clean" ? folder : folder / name).string());
    kind.first = count;
    count += std::ssize(kind.documents);
    for (const std::string& document : kind.documents) longest = std::max(longest, std::ssize(document));
  }
  if (count == 0) fail(ExitCode::data, "{}: holds no .txt and no .jsonl file", folder.string());
  return std::make_unique<Texts>(std::move(kinds),
                                 SequenceForm{.vocabulary = 256,
                                              .longest = longest,
                                              .score = "next_token",
                                              .source = "texts",
                                              .generator = "ttt-eval texts, version 1"},
                                 options.seed);
}

}  // namespace ttt
