#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace ttt {

/// What became of one episode; missing: nobody knows, its unit was not done (partial results only). Stored as
/// CF flag values.
enum class Status : uint8_t { ok = 0, skipped = 1, diverged = 2, bad_input = 3, missing = 4 };
inline constexpr std::string_view status_meanings = "ok skipped diverged bad_input missing";

/// Records of B samples under one method and one model: M milestones, S steps, C classes, V views, F
/// features, H chunks, T tokens, P cells of a grid. Row-major. A prediction that does not exist (diverged,
/// bad input) is -1 with correct 0 and NaN scores; an update that was not made has NaN aux_loss and
/// update_norm.
struct Records {
  int64_t samples = 0;    // B
  int milestones = 0;     // M
  int steps = 0;          // S, 0 for methods that do not adapt
  int classes = 0;        // C of logits; 0 when they are not kept
  int view_count = 0;     // V of view_logits; 0 when they are not kept
  int feature_count = 0;  // F of features; 0 when they are not kept
  int chunk_count = 0;    // H of chunk_nats, of the longest document; 0 where samples are no documents
  int token_count = 0;    // T of token_nats, of the longest document; 0 when they are not kept
  int cell_count = 0;     // P of answer: 2 and the cells of the largest grid; 0 when it is not kept

  std::vector<int64_t> sample;       // [B] index into the test set
  std::vector<int16_t> predicted;    // [B, M]
  std::vector<uint8_t> correct;      // [B, M]
  std::vector<float> main_loss;      // [B, M] cross-entropy with the label, nats
  std::vector<float> confidence;     // [B, M] largest probability
  std::vector<float> entropy;        // [B, M] of the prediction, nats
  std::vector<float> margin;         // [B, M] largest less second largest probability
  std::vector<float> logits;         // [B, M, C]
  std::vector<float> aux_loss;       // [B, S] before update s + 1, on that step's views
  std::vector<float> update_norm;    // [B, S] Euclidean norm of the update of all adapted weights
  std::vector<int32_t> steps_taken;  // [B]
  std::vector<Status> status;        // [B]

  // Optional columns, empty where a method does not keep them (keep_column()).
  std::vector<float> view_logits;           // [B, V, C] of each view that votes, the plain image first
  std::vector<float> features;              // [B, F] pooled, before the main linear, under the source weights
  std::vector<float> auxiliary_confidence;  // [B] rotation head's probability of "not turned", source weights
  std::vector<float> probe_loss;            // [B, M] auxiliary loss on the plain image's fixed views
  std::vector<float> grad_dot;     // [B, S] <main gradient, auxiliary gradient>: uses the label (an oracle)
  std::vector<float> grad_cos;     // [B, S] its cosine
  std::vector<double> paid_flops;  // [B, M] what this sample cost, where that differs between samples

  // Optional columns of documents. Tokens that are not predicted count nowhere. NaN beyond a document's end.
  std::vector<float> chunk_nats;     // [B, M, H] negative log-likelihood of a chunk, summed over its tokens
  std::vector<float> chunk_correct;  // [B, M, H] its tokens that were the likeliest
  std::vector<float> chunk_tokens;   // [B, H] its tokens
  std::vector<float> token_nats;     // [B, M, T] negative log-likelihood of each token

  // Optional columns of puzzles, whose answers are grids.
  std::vector<float> cells_right;  // [B, M] share of the answer's cells that are right; NaN without an answer
  std::vector<float> second_right;  // [B, M] 1 where one of the first two candidates is right; NaN: one only
  std::vector<int16_t> answer;      // [B, M, P] predicted grid: height, width, cells row by row, then -1
  bool operator==(const Records&) const = default;
};

/// Records of the given shape filled with "not there": -1, 0, NaN; without optional columns.
Records empty_records(int64_t samples, int milestones, int steps, int classes);

/// Records of `samples` samples filled with "not there", with the shape and the optional columns of `shape`.
Records empty_like(const Records& shape, int64_t samples);

/// Whether rows of one may be copied to the other: equal lengths of all axes but the samples, and the same
/// optional columns.
bool same_shape(const Records& a, const Records& b);

/// Makes an optional column, e.g. keep_column(records, &Records::features), filled with NaN; -1 where it
/// holds integers. Its axes must have their lengths already.
void keep_column(Records& records, std::vector<float> Records::*column);
void keep_column(Records& records, std::vector<double> Records::*column);
void keep_column(Records& records, std::vector<int16_t> Records::*column);

/// Copies row `from` of `source`, which has the same shape, to row `to`.
void copy_row(Records& records, int64_t to, const Records& source, int64_t from);

/// Copies rows [from, from + count) of `source` likewise.
void copy_rows(Records& records, int64_t to, const Records& source, int64_t from, int64_t count);

/// Bytes that the columns of one row take.
int64_t row_bytes(const Records& records);

/// Cumulative cost of stopping at each milestone, one prediction included; [M] each.
struct CostTable {
  std::vector<int32_t> milestone;        // steps of adaptation; views of a vote; members of an ensemble
  std::vector<double> flops;             // 2 x MAC of convolutions and linears
  std::vector<int64_t> forward_passes;   // images through the network
  std::vector<int64_t> backward_passes;  // images back through the network
  std::vector<int32_t> gradient_steps;
  std::vector<int32_t> views;  // augmented views made
  bool operator==(const CostTable&) const = default;
};

}  // namespace ttt
