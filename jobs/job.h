#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "schemas/error.h"
#include "schemas/files/job_folder.h"
#include "schemas/job_spec.h"

namespace ttt {

/// What a command line names: a spec with its changes and the folder its stages read and write.
struct Job {
  std::filesystem::path spec_file;
  std::vector<std::string> assignments;  // --set KEY=VALUE, in order
  std::filesystem::path dir;             // --out, or runs/ and the spec's name
  JobSpec spec;

  JobFolder files() const { return {dir}; }
};

/// Reads the spec; an empty `dir` becomes runs/NAME.
Job open_job(const std::filesystem::path& spec_file, const std::vector<std::string>& assignments,
             const std::filesystem::path& dir);

// The stages, each on files the one before left in Job::dir. Each says on standard output what it made, and
// refuses (exit 65) to mix with what another spec made. prepare, train and run do nothing that is done
// already; aggregate and report take seconds and are done again. A file that is missing is named together
// with the stage that makes it.

/// testset.h5, testset.toml (the options it was made with: inputs.h), contact_sheet.png.
void prepare(const Job& job);

/// results.h5 and timing.h5 from the segments. `partial`: publish although units are missing.
void aggregate(const Job& job, bool partial);

/// report.html, curves.csv, curve.svg from results.h5.
void report(const Job& job);

/// The command lines of stages as `all` starts them.
struct AllOptions {
  int ranks = 1;  // of train and run, under mpirun when more than one
  std::vector<std::string> stages = {"prepare", "train", "run", "aggregate", "report"};
};

/// Every stage in order, each a process of its own; returns the first exit code that is not 0.
ExitCode all(const Job& job, const AllOptions& options);

/// Evaluates the methods of every sweep of the spec on the split tune, chooses, and does every stage of the
/// job with what was chosen. Leaves in DIR/sweep: tune.toml and chosen.toml (the specs of both halves),
/// results.h5 (of tune), choice.toml and sweep.csv (what was chosen, and from what).
ExitCode sweep(const Job& job, const AllOptions& options);

/// DIR/sweep.
std::filesystem::path sweep_folder(const std::filesystem::path& dir);

}  // namespace ttt
