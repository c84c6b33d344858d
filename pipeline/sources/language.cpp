#include "pipeline/sources/language.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "pipeline/sources/document_text.h"
#include "pipeline/sources/lexicon.h"

namespace ttt {
namespace {

constexpr uint64_t document_tag = 2, noise_tag = 3;
constexpr uint64_t first_training_seed = 1000, first_test_seed = 59;  // and data.seed added
constexpr int64_t endless = 1 << 30;
constexpr int own_topic = 700, own_topic_of_new_words = 850, usually_coined = 150;  // permille
const std::string alphabet = "abcdefghijklmnopqrstuvwxyz";

struct ShiftStrength {
  std::string name;
  std::array<int, 3> at;  // severity 1 to 3
};
const std::vector<ShiftStrength>& strengths() {
  static const std::vector<ShiftStrength> all = {
      {"respelled", {3, 6, 10}},   {"new_words", {400, 700, 1000}}, {"cipher", {6, 13, 26}},
      {"topic", {500, 800, 1000}}, {"noise", {50, 100, 200}},       {"other_language", {500, 750, 1000}},
      {"switch", {6, 13, 26}}};
  return all;
}

int strength_of(const std::string& shift, int severity) {
  const auto found = std::ranges::find(strengths(), shift, &ShiftStrength::name);
  return found == strengths().end() ? 0 : found->at[static_cast<size_t>(severity - 1)];
}

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

std::string capitalised(std::string word) {
  word[0] = upper(word[0]);
  return word;
}

/// How often a document does what, permille.
struct Habits {
  int64_t adjective, place, conjunction, adverb, quote, opener, name, past, plural;
};

using Words = std::vector<std::string>;

/// The words of a noun phrase.
struct NounPhrase {
  Words words;
  bool plural = false;
};

/// A document on its way. The order of the draws is that of the statements, and part of the format.
class Author {
 public:
  Author(uint64_t seed, int64_t index, const std::string& shift, int severity)
      : random_(seed, document_tag, static_cast<uint64_t>(index)),
        shift_(shift),
        strength_(strength_of(shift, severity)) {
    if (shift == "topic") unseen_ = strength_;
    if (shift == "other_language") foreign_ = strength_;
    if (shift == "new_words") own_ = own_topic_of_new_words;
    const int coined = shift == "new_words" ? strength_ : usually_coined;
    for (int language = 0; language < (foreign_ ? 2 : 1); ++language)
      topics_.push_back(draw_topic(lexicon(language), coined));
    for (int i = 0; i < 3; ++i) names_.push_back(capitalised(draw_word(random_, lexicon(0).sounds, 2, 3)));
    draw_habits();
    ends_ = {".", ".", random_.pick(Words{".", "!", ";", " -", "..."})};
    mark_ = random_.pick(Words{"\"", "'", "*", "_"});
    year_ = 1000 + random_.below(1000);
    paragraph_ = 2 + random_.below(5);
    draw_rules();
    draw_cipher(shift == "cipher" || shift == "switch" ? strength_ : 0);
  }

  std::string write(int64_t length) {
    std::string text;
    for (int64_t sentences = 1; static_cast<int64_t>(text.size()) < length; ++sentences) {
      const bool second_half = 2 * static_cast<int64_t>(text.size()) >= length;
      text += spelled(sentence(), second_half);
      text += sentences % paragraph_ == 0 ? '\n' : ' ';
    }
    text.resize(static_cast<size_t>(length));
    if (shift_ == "noise") add_noise(text);
    return text;
  }

 private:
  using Topic = std::map<WordClass, Words>;

  Topic draw_topic(const Lexicon& language, int coined) {
    constexpr std::array<std::pair<WordClass, int>, 3> sizes = {
        {{WordClass::noun, 22}, {WordClass::verb, 12}, {WordClass::adj, 8}}};
    Topic topic;
    for (const auto& [word_class, size] : sizes) {
      const int least = word_class == WordClass::noun ? 2 : 1;
      for (int i = 0; i < size; ++i) {
        const bool is_coined = random_.chance(coined);
        topic[word_class].push_back(is_coined ? draw_word(random_, language.sounds, least, least + 1)
                                              : draw_lexical(language, word_class));
      }
    }
    return topic;
  }

  void draw_habits() {
    for (int64_t* habit : {&habits_.adjective, &habits_.place, &habits_.conjunction, &habits_.adverb,
                           &habits_.quote, &habits_.opener, &habits_.name, &habits_.past, &habits_.plural})
      *habit = 100 + random_.below(600);
    habits_.quote /= 3;
  }

  void draw_rules() {
    size_t count = 0;
    if (shift_ == "respelled")
      count = static_cast<size_t>(strength_);
    else if (shift_ == "switch")
      count = 6;
    else if (random_.chance(300))
      count = static_cast<size_t>(1 + random_.below(2));
    while (rules_.size() < count) {
      const char letter = draw_letter();
      std::string written(1, draw_letter());
      if (random_.chance(300)) written += draw_letter();
      if (!rules_.contains(letter) && written != std::string(1, letter)) rules_[letter] = written;
    }
  }

  void draw_cipher(int letters) {
    std::string shuffled = alphabet;
    for (int64_t i = 25; i > 0; --i)
      std::swap(shuffled[static_cast<size_t>(i)], shuffled[static_cast<size_t>(random_.below(i + 1))]);
    for (size_t i = 0; i < static_cast<size_t>(letters); ++i)
      cipher_[shuffled[i]] = shuffled[(i + 1) % static_cast<size_t>(letters)];
  }

  char draw_letter() { return alphabet[static_cast<size_t>(random_.below(26))]; }

  /// Words at even places of the lexicon are those that training shows.
  std::string draw_lexical(const Lexicon& language, WordClass word_class) {
    const Words& words = language.of(word_class);
    const int64_t odd = unseen_ && random_.chance(unseen_) ? 1 : 0;
    return words[static_cast<size_t>(2 * draw_rank(random_, static_cast<int64_t>(words.size()) / 2) + odd)];
  }

  std::string ranked(const Words& words) {
    return words[static_cast<size_t>(draw_rank(random_, static_cast<int64_t>(words.size())))];
  }

  std::string content(int language, WordClass word_class) {
    if (random_.chance(own_)) return ranked(topics_[static_cast<size_t>(language)].at(word_class));
    return draw_lexical(lexicon(language), word_class);
  }

  NounPhrase noun_phrase(int language) {
    const Lexicon& known = lexicon(language);
    if (random_.chance(habits_.name / 2)) return {{ranked(names_)}};
    if (random_.chance(120)) return {{random_.pick(known.of(WordClass::pron))}};
    NounPhrase phrase{{ranked(known.of(WordClass::det))}};
    if (random_.chance(habits_.adjective)) phrase.words.push_back(content(language, WordClass::adj));
    std::string noun = content(language, WordClass::noun);
    phrase.plural = random_.chance(habits_.plural);
    phrase.words.push_back(phrase.plural ? noun + known.plural : noun);
    return phrase;
  }

  void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

  void append_clause(Words& words, int language) {
    const Lexicon& known = lexicon(language);
    const NounPhrase subject = noun_phrase(language);
    std::string verb = content(language, WordClass::verb);
    if (random_.chance(habits_.past))
      verb += known.past;
    else if (subject.plural)
      verb += known.many;
    Words rest;
    if (random_.chance(650)) append(rest, noun_phrase(language).words);
    if (random_.chance(habits_.adverb / 2)) rest.push_back(ranked(known.of(WordClass::adv)));
    if (random_.chance(habits_.place)) {
      rest.push_back(ranked(known.of(WordClass::prep)));
      append(rest, noun_phrase(language).words);
      if (random_.chance(80)) rest.push_back(std::to_string(year_ + random_.below(10)));
    }
    append(words, subject.words);
    if (!known.verb_last) words.push_back(verb);
    append(words, rest);
    if (known.verb_last) words.push_back(verb);
  }

  std::string sentence() {
    const int language = foreign_ && random_.chance(foreign_) ? 1 : 0;
    const Lexicon& known = lexicon(language);
    Words words;
    if (random_.chance(habits_.opener / 2)) words.push_back(random_.pick(known.of(WordClass::open)) + ",");
    append_clause(words, language);
    if (random_.chance(habits_.conjunction / 2)) {
      words.back() += ",";
      words.push_back(random_.pick(known.of(WordClass::conj)));
      append_clause(words, language);
    }
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    text = capitalised(std::move(text));
    if (!random_.chance(habits_.quote)) return text + random_.pick(ends_);
    return mark_ + text + mark_ + " " + known.of(WordClass::verb)[0] + known.past + " " + ranked(names_) +
           ".";
  }

  std::string spelled(const std::string& text, bool second_half) const {
    const bool ciphered = shift_ == "cipher" || (shift_ == "switch" && second_half);
    std::string written;
    for (const char c : text) {
      const char plain = lower(c);
      const auto rule = rules_.find(plain);
      for (char letter : rule == rules_.end() ? std::string(1, plain) : rule->second) {
        if (const auto other = cipher_.find(letter); ciphered && other != cipher_.end())
          letter = other->second;
        written += c != plain ? upper(letter) : letter;
      }
    }
    return written;
  }

  void add_noise(std::string& text) {
    SplitMix noise(random_.next(), noise_tag, 0);
    for (char& c : text)
      if (std::isalpha(static_cast<unsigned char>(c)) && noise.chance(strength_))
        c = alphabet[static_cast<size_t>(noise.below(26))];
  }

  SplitMix random_;
  std::string shift_;
  int strength_;
  int unseen_ = 0, foreign_ = 0, own_ = own_topic;  // permille
  std::vector<Topic> topics_;                       // of each language
  Words names_, ends_;
  Habits habits_{};
  std::string mark_;
  int64_t year_ = 0, paragraph_ = 0;
  std::map<char, std::string> rules_;
  std::map<char, char> cipher_;
};

class Language final : public TokenSet {
 public:
  Language(uint64_t seed, int64_t length)
      : TokenSet({.vocabulary = 256,
                  .longest = length,
                  .score = "next_token",
                  .source = "an invented language",
                  .generator = "ttt-eval language, version 1"}),
        seed_(seed) {}

  int64_t size() const override { return endless; }
  std::vector<std::string> shift_names() const override { return language_shifts(); }
  int severities() const override { return 3; }
  bool in_random_order() const override { return true; }
  Sequence sequence(int64_t index, const std::string& shift, int severity) const override {
    return sequence_of(draw_document(seed_, index, shift, std::max(severity, 1), form().longest));
  }

 private:
  uint64_t seed_;
};

}  // namespace

const std::vector<std::string>& language_shifts() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const ShiftStrength& shift : strengths()) all.push_back(shift.name);
    return all;
  }();
  return names;
}

std::string draw_document(uint64_t seed, int64_t index, const std::string& shift, int severity,
                          int64_t length) {
  return Author(seed, index, shift, severity).write(length);
}

std::unique_ptr<TokenSet> open_language(const DataOptions& options, DataPart part) {
  const uint64_t first = part == DataPart::training ? first_training_seed : first_test_seed;
  return std::make_unique<Language>(first + options.seed, options.document_bytes);
}

}  // namespace ttt
