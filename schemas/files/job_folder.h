#pragma once
#include <filesystem>
#include <string>

namespace ttt {

/// Every file of a job's folder by its name. Stages share nothing but these files, so whoever writes or reads
/// one asks here for its name.
struct JobFolder {
  std::filesystem::path dir;

  std::filesystem::path spec() const;     // job.toml, the spec in full
  std::filesystem::path log() const;      // job.log, what ran
  std::filesystem::path running() const;  // running/, a sign of life of each stage that runs

  std::filesystem::path test_set() const;         // prepare: testset.h5
  std::filesystem::path test_set_recipe() const;  // what it was made with; written last: prepare is done
  std::filesystem::path contact_sheet() const;    // a picture of it
  std::filesystem::path text_sheet() const;       // the same of sequences, as text

  std::filesystem::path models() const;                                   // train: models/
  std::filesystem::path model(const std::string& name) const;             // models/NAME.safetensors
  std::filesystem::path unfinished_model(const std::string& name) const;  // its checkpoint

  std::filesystem::path segments() const;  // run: segments/
  std::filesystem::path segments(const std::string& method, const std::string& model) const;
  std::filesystem::path segment(const std::string& method, const std::string& model,
                                const std::string& name) const;  // segments/METHOD/MODEL/NAME.h5
  std::filesystem::path timing_log() const;                      // timing.csv

  std::filesystem::path results() const;  // aggregate: results.h5
  std::filesystem::path timings() const;  // timing.h5

  std::filesystem::path report() const;   // report: report.html
  std::filesystem::path curves() const;   // curves.csv
  std::filesystem::path curve() const;    // curve.svg
  std::filesystem::path figures() const;  // figures/
};

}  // namespace ttt
