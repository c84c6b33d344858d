#include "schemas/files/job_folder.h"

namespace ttt {

namespace fs = std::filesystem;

fs::path JobFolder::spec() const { return dir / "job.toml"; }
fs::path JobFolder::log() const { return dir / "job.log"; }
fs::path JobFolder::running() const { return dir / "running"; }

fs::path JobFolder::test_set() const { return dir / "testset.h5"; }
fs::path JobFolder::test_set_recipe() const { return dir / "testset.toml"; }
fs::path JobFolder::contact_sheet() const { return dir / "contact_sheet.png"; }
fs::path JobFolder::text_sheet() const { return dir / "samples.txt"; }

fs::path JobFolder::models() const { return dir / "models"; }
fs::path JobFolder::model(const std::string& name) const { return models() / (name + ".safetensors"); }
fs::path JobFolder::unfinished_model(const std::string& name) const {
  return models() / (name + ".unfinished.safetensors");
}

fs::path JobFolder::segments() const { return dir / "segments"; }
fs::path JobFolder::segments(const std::string& method, const std::string& model) const {
  return segments() / method / model;
}
fs::path JobFolder::segment(const std::string& method, const std::string& model,
                            const std::string& name) const {
  return segments(method, model) / (name + ".h5");
}
fs::path JobFolder::timing_log() const { return dir / "timing.csv"; }

fs::path JobFolder::results() const { return dir / "results.h5"; }
fs::path JobFolder::timings() const { return dir / "timing.h5"; }

fs::path JobFolder::report() const { return dir / "report.html"; }
fs::path JobFolder::curves() const { return dir / "curves.csv"; }
fs::path JobFolder::curve() const { return dir / "curve.svg"; }
fs::path JobFolder::figures() const { return dir / "figures"; }

}  // namespace ttt
