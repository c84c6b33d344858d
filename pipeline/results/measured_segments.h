#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/results/aggregate.h"
#include "pipeline/results/faults.h"
#include "pipeline/results/planned_rows.h"
#include "schemas/files/segment.h"

namespace ttt {

/// Takes rows [first, first + part.samples) of one model.
using TakePart = std::function<void(size_t model, int64_t first, const Records& part)>;

/// The segments of the methods that ran on samples, read a part at a time and each checked against the unit
/// that asks for it. What is wrong with one is added to the faults once; its rows are then as if it were
/// missing.
class MeasuredSegments {
 public:
  /// Looks which of them are there. Everything given must outlive it.
  MeasuredSegments(const AggregatePlan& plan, const TestSet& set, const PlannedRows& rows, Faults& faults);

  /// Whether a file of the method is there.
  bool has(const std::string& method) const;

  /// The method's cost and, for each model, records of one row with nothing in it: their shape and optional
  /// columns. None when no segment of the method is fit to be read.
  std::optional<MethodResults> outline(const std::string& method);

  /// Every row of every model of the method that has an outline, in order. A part takes about
  /// AggregatePlan::part_bytes; a segment that is larger is held whole.
  void read(const std::string& method, const TakePart& take);

  /// All of the method at once.
  MethodResults read_whole(const std::string& method);

  /// Reads everything for its faults alone.
  void check_all();

 private:
  struct Planned {
    const RunUnit* unit;
    std::filesystem::path file;
    int64_t first = 0, last = 0;  // its lowest and its highest row
    bool usable = false;          // as far as is known: the file is there and nothing is wrong with it
  };
  using OfModel = std::vector<Planned>;  // by their first rows

  std::optional<Segment> load(Planned& planned);
  std::string unlike_others(const Segment& segment);
  int64_t end_of_part(const OfModel& segments, int64_t first, int64_t rows) const;
  Records part_of(const Records& shape, OfModel& segments, int64_t first, int64_t last);

  const AggregatePlan& plan_;
  const TestSet& set_;
  const PlannedRows& rows_;
  Faults& faults_;
  std::map<std::string, std::vector<OfModel>> methods_;  // [models] each
  std::map<std::string, MethodResults> outlines_;
};

}  // namespace ttt
