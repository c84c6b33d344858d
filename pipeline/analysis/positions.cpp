#include "pipeline/analysis/positions.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/analysis/clusters.h"
#include "pipeline/analysis/families.h"
#include "pipeline/analysis/slices.h"

namespace ttt {
namespace {

bool has_chunks(const MethodResults& method) {
  return std::ranges::all_of(method.records, [](const Records& records) {
    return !records.chunk_nats.empty() && !records.chunk_tokens.empty();
  });
}

/// One chunk over all documents.
struct ChunkSums {
  ClusterSums values;
  double tokens = 0;
  int64_t cells = 0;
};

PositionCurve curve_at(const Results& results, const Analysis& analysis, const Slice& slice, int method,
                       int milestone, bool source) {
  const Column column{&results.methods[method], milestone};
  return {method, column.method->cost.milestone[milestone], source,
          values_by_position(results, column, slice, analysis.confidence)};
}

/// The best point of one method on the samples where choices are made.
std::optional<Candidate> best_point(const Analysis& analysis, const Section& section, int method) {
  const MethodFacts& facts = analysis.methods[method];
  std::vector<Candidate> points =
      points_of(curve_of(choosing_section(analysis, section), method), facts.family, *analysis.score);
  std::erase_if(points, [](const Candidate& point) { return point.source; });
  const std::vector<Candidate> front = pareto_front(std::move(points));
  if (front.empty()) return std::nullopt;
  return front.back();
}

/// The best of the methods that compete with the one under test.
std::optional<Candidate> best_rival(const Results& results, const Analysis& analysis,
                                    const Section& section) {
  std::optional<Candidate> best;
  for (int method = 0; method < static_cast<int>(analysis.methods.size()); ++method) {
    const MethodFacts& facts = analysis.methods[method];
    if (method == analysis.under_test || facts.role == Role::source || !competes(facts.family) ||
        !has_chunks(results.methods[method]))
      continue;
    const auto point = best_point(analysis, section, method);
    if (point && (!best || point->merit > best->merit)) best = point;
  }
  return best;
}

}  // namespace

std::vector<PositionPoint> values_by_position(const Results& results, const Column& column,
                                              const Slice& slice, double confidence) {
  const CellScores scores(results);
  const Clusters clusters = clusters_by_base(results, slice);
  const ClusterSums none{std::vector<double>(clusters.count, 0), std::vector<int32_t>(clusters.count, 0)};
  std::vector<ChunkSums> chunks;
  for (const int model : slice.models) {
    const Records& records = column.method->records[model];
    chunks.resize(std::max(chunks.size(), static_cast<size_t>(records.chunk_count)), {none});
    for (size_t i = 0; i < slice.rows.size(); ++i) {
      const ScoredCell cell = scores.cell(column, model, slice.rows[i]);
      const double bits_a_nat = cell.lengths.tokens / (cell.lengths.bytes * std::numbers::ln2);
      for (int chunk = 0; chunk < records.chunk_count; ++chunk) {
        const double tokens = records.chunk_tokens[cell.row * records.chunk_count + chunk];
        const double value =
            records.chunk_nats[cell.at() * records.chunk_count + chunk] / tokens * bits_a_nat;
        if (!std::isfinite(value)) continue;
        ChunkSums& sums = chunks[chunk];
        sums.values.difference[clusters.of_row[i]] += value;
        ++sums.values.pairs[clusters.of_row[i]];
        sums.tokens += tokens;
        ++sums.cells;
      }
    }
  }
  std::vector<PositionPoint> points;
  double before = 0;  // tokens of the chunks before, on average
  for (const ChunkSums& sums : chunks) {
    const int64_t documents = std::ranges::count_if(sums.values.pairs, [](int32_t n) { return n > 0; });
    if (documents < 2) break;  // later ones have fewer still
    const double tokens = sums.tokens / static_cast<double>(sums.cells);
    const MeanTest test = clustered_mean_test(sums.values.difference, sums.values.pairs, confidence);
    points.push_back({before + tokens / 2, documents, test.mean, test.interval});
    before += tokens;
  }
  return points;
}

std::vector<PositionCurve> position_curves(const Results& results, const Analysis& analysis,
                                           const Section& section) {
  if (!analysis.score->has_chunks || !analysis.under_test) return {};
  const Slice slice = slices_of(results, section.group, section.split).all;
  std::vector<PositionCurve> curves;
  const auto add = [&](int method, int milestone, bool source) {
    curves.push_back(curve_at(results, analysis, slice, method, milestone, source));
  };
  const auto source = source_column(results, analysis.under_test);
  if (source && has_chunks(*source->method))
    add(static_cast<int>(source->method - results.methods.data()), source->milestone, true);
  if (has_chunks(results.methods[*analysis.under_test]))
    if (const auto best = best_point(analysis, section, *analysis.under_test))
      add(best->method, best->point, false);
  if (const auto rival = best_rival(results, analysis, section)) add(rival->method, rival->point, false);
  for (int method = 0; method < static_cast<int>(analysis.methods.size()); ++method) {
    if (analysis.methods[method].role != Role::placebo || !has_chunks(results.methods[method])) continue;
    add(method, static_cast<int>(results.methods[method].cost.milestone.size()) - 1, false);
    break;
  }
  return curves;
}

}  // namespace ttt
