#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/sources/data_part.h"
#include "schemas/data_options.h"
#include "schemas/test_set.h"

namespace ttt {

/// What all sequences of a source have in common.
struct SequenceForm {
  int vocabulary = 256;   // tokens are 0 .. vocabulary-1; 0 stands before a sequence and is none of it
  int64_t longest = 0;    // T, tokens of the longest one
  std::string score;      // the family of scores (pipeline/scores)
  std::string source;     // for the test set's attributes
  std::string generator;  // name and version of what makes or shifts them
  std::optional<PuzzleForm> puzzles = {};  // where they are puzzles (pipeline/puzzles)
};

/// One sequence. Bytes and words are those of the text that it spells; 0: it spells none.
struct Sequence {
  std::vector<int32_t> tokens;
  int64_t bytes = 0, words = 0;
};

/// One part of a source of sequences: index -> sequence, by shift and severity. Reading is safe from several
/// threads.
class TokenSet {
 public:
  explicit TokenSet(SequenceForm form) : form_(std::move(form)) {}
  virtual ~TokenSet() = default;
  TokenSet(const TokenSet&) = delete;
  TokenSet& operator=(const TokenSet&) = delete;

  const SequenceForm& form() const { return form_; }
  virtual int64_t size() const = 0;
  virtual std::vector<std::string> shift_names() const = 0;
  virtual int severities() const = 0;  // 1 to this, of every shift

  /// The sequence under a shift at a severity; "clean" at severity 0: as it is. Throws a data Error that
  /// names the file at fault.
  virtual Sequence sequence(int64_t index, const std::string& shift, int severity) const = 0;

  /// Whether there is a sequence of each index as it is: the shift "clean".
  virtual bool has_clean() const { return true; }

  /// A sentence on what is left out of this part; empty: nothing is.
  virtual std::string left_out() const { return ""; }

  /// Which original a sequence was made from: intervals are clustered by it.
  virtual int64_t base(int64_t index, const std::string& /*shift*/) const { return index; }

  /// The sequences are independent draws already: the first n are as good as any n.
  virtual bool in_random_order() const { return false; }

 private:
  SequenceForm form_;
};

/// Opens one part of the source that `options` names. Throws an Error that names the file, or the key of
/// [data], at fault.
std::unique_ptr<TokenSet> open_sequences(const DataOptions& options, DataPart part);

/// `count` indices: the first of a keyed shuffle, or of the set where that is in random order.
std::vector<int64_t> choose_sequences(const TokenSet& set, uint64_t seed, DataPart part, int64_t count);

/// At most `most` indices of the test part, chosen by the seed: of a source that makes them to order at most
/// as many as the test set has base sequences.
std::vector<int64_t> held_out_sequences(const TokenSet& set, const DataOptions& options, int64_t most);

/// How many sequences of the training part training sees. Throws the same Errors.
int64_t training_documents(const DataOptions& options);

/// The text that training sees: the sequences of the training part one after the other, token 0 before each.
/// `options.train_documents` of them, the first of a keyed shuffle (0: all). Throws the same Errors.
std::vector<int32_t> training_tokens(const DataOptions& options);

}  // namespace ttt
