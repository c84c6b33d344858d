#pragma once
#include <array>
#include <string>
#include <vector>

#include "pipeline/sources/split_mix.h"

namespace ttt {

/// The parts of a syllable.
struct Sounds {
  std::vector<std::string> onset, nucleus, coda;
};

/// Classes of words.
enum class WordClass { det, prep, conj, pron, open, adv, adj, verb, noun };
inline constexpr int word_classes = 9;

/// An invented language: the same lexicon, suffixes and word order for every document.
struct Lexicon {
  Sounds sounds;
  bool verb_last = false;
  std::array<std::vector<std::string>, word_classes> words;
  std::string plural, past, many;  // suffixes of nouns, of verbs, and of verbs of a plural subject

  const std::vector<std::string>& of(WordClass c) const { return words[static_cast<size_t>(c)]; }
};

/// Language 0, or 1, which has other sounds.
const Lexicon& lexicon(int number);

/// A word of `least` to `most` syllables.
std::string draw_word(SplitMix& random, const Sounds& sounds, int least, int most);

/// A rank below n, drawn with the weight 1,000,000 / (rank + 4): Zipf's law in integers.
int64_t draw_rank(SplitMix& random, int64_t n);

}  // namespace ttt
