#include "pipeline/sources/lexicon.h"

#include <set>

namespace ttt {
namespace {

constexpr uint64_t language_seed = 77, language_tag = 1;

constexpr int64_t weight_of_rank(int64_t rank) { return 1'000'000 / (rank + 4); }

const Sounds& sounds_of(int language) {
  static const Sounds first{{"b", "d", "f", "g", "h",  "k",  "l",  "m",  "n",  "p",  "r",
                             "s", "t", "v", "w", "st", "tr", "br", "pl", "sh", "th", "c"},
                            {"a", "e", "i", "o", "u", "ai", "ea", "ou"},
                            {"", "", "", "n", "r", "s", "l", "t", "m", "nd", "st", "ck"}};
  static const Sounds second{
      {"z", "j", "q", "w", "y", "x", "c", "ch", "v", "kw", "ts", "dz", "gh", "n", "r", "m"},
      {"o", "u", "y", "i", "oe", "ui", "ya", "e"},
      {"", "", "x", "k", "sh", "ng", "z", "q", "lf", "v"}};
  return language == 0 ? first : second;
}

std::string draw_syllable(SplitMix& random, const Sounds& sounds) {
  std::string syllable = random.pick(sounds.onset);
  syllable += random.pick(sounds.nucleus);
  syllable += random.pick(sounds.coda);
  return syllable;
}

/// The last two letters of a syllable.
std::string draw_suffix(SplitMix& random, const Sounds& sounds) {
  const std::string syllable = draw_syllable(random, sounds);
  return syllable.size() > 2 ? syllable.substr(syllable.size() - 2) : syllable;
}

bool is_short(WordClass c) {
  return c == WordClass::det || c == WordClass::prep || c == WordClass::conj || c == WordClass::pron;
}

Lexicon make_lexicon(int number) {
  constexpr std::array<size_t, word_classes> sizes = {5, 8, 4, 5, 8, 30, 100, 120, 240};
  SplitMix random(language_seed, language_tag, static_cast<uint64_t>(number));
  Lexicon made{.sounds = sounds_of(number),
               .verb_last = number == 1,
               .words = {},
               .plural = {},
               .past = {},
               .many = {}};
  std::set<std::string> used;
  for (int c = 0; c < word_classes; ++c) {
    const auto word_class = static_cast<WordClass>(c);
    const bool is_function = is_short(word_class);
    const int most = is_function ? 1 : word_class == WordClass::noun ? 3 : 2;
    std::vector<std::string>& words = made.words[static_cast<size_t>(c)];
    while (words.size() < sizes[static_cast<size_t>(c)]) {
      std::string word = draw_word(random, made.sounds, 1, most);
      if (used.contains(word) || (!is_function && word.size() < 3)) continue;
      used.insert(word);
      words.push_back(std::move(word));
    }
  }
  made.plural = draw_suffix(random, made.sounds);
  made.past = draw_suffix(random, made.sounds);
  made.many = draw_suffix(random, made.sounds);
  return made;
}

}  // namespace

const Lexicon& lexicon(int number) {
  static const std::array<Lexicon, 2> both = {make_lexicon(0), make_lexicon(1)};
  return both[static_cast<size_t>(number)];
}

std::string draw_word(SplitMix& random, const Sounds& sounds, int least, int most) {
  const int64_t syllables = least + random.below(most - least + 1);
  std::string word;
  for (int64_t i = 0; i < syllables; ++i) word += draw_syllable(random, sounds);
  return word;
}

int64_t draw_rank(SplitMix& random, int64_t n) {
  int64_t total = 0;
  for (int64_t rank = 0; rank < n; ++rank) total += weight_of_rank(rank);
  int64_t left = random.below(total);
  for (int64_t rank = 0;; ++rank) {
    if (left < weight_of_rank(rank)) return rank;
    left -= weight_of_rank(rank);
  }
}

}  // namespace ttt
