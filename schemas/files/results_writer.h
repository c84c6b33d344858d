#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schemas/files/hdf5_file.h"
#include "schemas/files/results.h"

namespace ttt {

/// A results.h5 that is written a method after the other, and the records of each in parts: no more of them
/// need be in memory than the part at hand. However the records are cut into parts, the file is the same
/// bytes. Failures are io Errors.
class ResultsWriter {
 public:
  /// Begins `file`, which must not be there. Of `results` everything but the methods is written; it must
  /// outlive the writer.
  ResultsWriter(const std::filesystem::path& file, const Results& results);

  /// Begins the next method: everything but its records, which have the shape and the optional columns of
  /// `shape` and as many rows as there are samples.
  void begin(const MethodResults& method, const Records& shape);

  /// Writes rows [first, first + rows.samples) of one model. What is never written is zeros.
  void write(size_t model, int64_t first, const Records& rows);

  /// Ends the file and seals it.
  void close();

 private:
  std::filesystem::path path_;
  const Results& results_;
  Hdf5File file_;
  std::optional<Hdf5Group> methods_;
  using WritePart = std::function<void(size_t model, int64_t first, const Records& rows)>;
  std::vector<WritePart> columns_;  // of the present method
};

}  // namespace ttt
