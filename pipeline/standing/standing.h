#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/process/heartbeat.h"
#include "schemas/files/job_folder.h"
#include "schemas/job_spec.h"

namespace ttt {

/// How far one method is with one source model.
struct MethodStanding {
  int64_t samples = 0, done = 0;  // done: in segments that are there
  bool running = false;           // a rank holds one of its units
};

/// How far a job is, by the files of its folder.
struct Standing {
  std::filesystem::path dir;
  int64_t samples = 0;                            // of the test set; 0: prepare is not done
  std::vector<std::string> models;                // every source model
  std::vector<std::string> missing;               // of these: neither trained nor there
  std::vector<std::string> unfinished;            // of these: their training left a checkpoint
  std::vector<std::string> methods;               // those that run on samples
  std::vector<std::vector<MethodStanding>> work;  // [methods, models]; empty before prepare is done
  bool aggregated = false, reported = false;      // and nothing that they are made of is newer
  std::vector<Beat> alive, gone;                  // stages at work, and those that ended without saying so
  std::vector<std::string> warnings;              // of the log
  std::string next;                               // stage that comes next; "": all is done
  std::optional<double> rank_seconds;  // that `run` still takes, by what its units took; none: unknown
};

/// Reads names and times of files, testset.h5 and timing.csv: no segment is opened. `now` in seconds since
/// 1970.
Standing standing_of(const JobFolder& folder, const JobSpec& spec, double now);

/// As a page of text.
std::string standing_text(const Standing& standing, double now);

}  // namespace ttt
