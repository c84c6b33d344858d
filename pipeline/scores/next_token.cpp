#include <array>
#include <cmath>
#include <numbers>

#include "pipeline/scores/registry.h"

namespace ttt {
namespace {

/// Negative log-likelihood of the whole document, nats.
double nats(const ScoredCell& cell) {
  return double{cell.records.main_loss[cell.at()]} * cell.lengths.tokens;
}

/// Bits per byte: the mean nats a token as bits, times the tokens a byte.
double value(const ScoredCell& cell) { return nats(cell) / (cell.lengths.bytes * std::numbers::ln2); }

/// Nothing of a document whose loss or length is not known.
RatioTerms nats_per(const ScoredCell& cell, double length) {
  const double all = nats(cell);
  return std::isfinite(all) && length > 0 ? RatioTerms{all, length} : RatioTerms{};
}

RatioTerms nats_per_word(const ScoredCell& cell) { return nats_per(cell, cell.lengths.words); }
RatioTerms nats_per_byte(const ScoredCell& cell) { return nats_per(cell, cell.lengths.bytes); }

RatioTerms right_tokens(const ScoredCell& cell) {
  const Records& records = cell.records;
  RatioTerms terms;
  if (records.chunk_correct.empty() || records.chunk_tokens.empty()) return terms;
  for (int chunk = 0; chunk < records.chunk_count; ++chunk) {
    const double right = records.chunk_correct[cell.at() * records.chunk_count + chunk];
    const double tokens = records.chunk_tokens[cell.row * records.chunk_count + chunk];
    if (!std::isfinite(right) || !std::isfinite(tokens)) continue;
    terms.above += right;
    terms.below += tokens;
  }
  return terms;
}

double exponential(double ratio) { return std::exp(ratio); }
double itself(double ratio) { return ratio; }

bool same(const ScoredCell& a, const ScoredCell& b) {
  const float x = a.records.main_loss[a.at()], y = b.records.main_loss[b.at()];
  return x == y || (std::isnan(x) && std::isnan(y));
}

constexpr std::array beside = {
    SideFigure{.name = "word perplexity",
               .heading = "word perplexity",
               .key = "word_perplexity",
               .definition = "exp of the nats of all documents over the words of all documents, as "
                             "lm-evaluation-harness has it; of several source models their geometric mean.",
               .terms = nats_per_word,
               .figure = exponential,
               .decimals = 2},
    SideFigure{.name = "byte perplexity",
               .heading = "byte perplexity",
               .key = "byte_perplexity",
               .definition = "The same over bytes. Its binary logarithm is lm-evaluation-harness's bits per "
                             "byte, in which long documents weigh more; here each document counts once.",
               .terms = nats_per_byte,
               .figure = exponential,
               .decimals = 3},
    SideFigure{.name = "next-token accuracy",
               .heading = "next token right, %",
               .key = "next_token_accuracy",
               .definition = "Share of the tokens of all documents that were the likeliest.",
               .terms = right_tokens,
               .figure = itself,
               .scale = 100,
               .decimals = 1}};

}  // namespace

constinit const ScoreFamily next_token = {
    .name = "next_token",
    .summary = "what each token of a document costs to predict",
    .columns = "main_loss, chunk_nats, chunk_correct, chunk_tokens, token_nats",
    .statistics =
        "bits per byte with a t interval over base documents; better and worse documents with a sign test; "
        "gains with a paired t test and a bootstrap, both clustered by base document; perplexities as "
        "lm-evaluation-harness defines them (Gao et al., 2021)",
    .needs = "documents: tokens and bytes of each sample",
    .cost = "nothing: computed from the logits of a prediction",
    .value = value,
    .right_or_wrong = false,
    .lower_is_better = true,
    .needs_lengths = true,
    .has_classes = false,
    .has_confidence = false,
    .has_chunks = true,
    .uniform = 8,  // log2 of 256 bytes
    .scale = 1,
    .decimals = 3,
    .beside = beside,
    .words =
        {.value = "bits per byte",
         .key = "bits_per_byte",
         .axis = "",
         .unit = " bits per byte",
         .suffix = "",
         .gain = "saved",
         .gained = "bits per byte saved",
         .gain_unit = "bits per byte",
         .over_source = "Bits per byte saved over the source model",
         .gains = "saves",
         .loses = "adds",
         .best = "best",
         .equally_good = "equally good",
         .interval = "over documents",
         .interval_name = "Interval over documents",
         .interval_definition = "t interval of the mean over base documents, of each of which the mean over "
                                "source models and shifts is taken first.",
         .test = "paired t",
         .test_in_full = "the paired t test over base documents",
         .test_key = "p_paired_t",
         .test_name = "Paired t and sign test",
         .test_definition = "Both are of the gain of each base document, the mean over source models and "
                            "shifts: the t test asks whether their mean is 0, the sign test whether as many "
                            "documents are better as worse. They take these models as given.",
         .test_of = "the paired t test's",
         .gain_definition =
             "Bits per byte of the source model less those of the method, on the same documents: "
             "positive is better.",
         .reading_of_differences = "turned so that positive means fewer bits per byte",
         .judged = "documents",
         .better = "better",
         .worse = "worse",
         .became_better = "fewer bits",
         .became_worse = "more bits",
         .changes = "Base documents that adaptation made cheaper and dearer to predict, the mean over source "
                    "models.",
         .rival_better = "better",
         .made_better = "models it is better under",
         .made_worse = "models it is worse under",
         .base = "base document",
         .bases = "base documents",
         .others = "documents",
         .loss = "mean negative log-likelihood of a token",
         .diverged = "Documents count where their loss is still a number: the learning rate may be too high.",
         .bad_input = "are left out of every figure."},
    .same = same};

}  // namespace ttt
