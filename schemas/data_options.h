#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ttt {

enum class DataSource { glyphs, cifar10, cifar10c, mnist, images, testset, language, texts, puzzles, arc };

/// Whether the samples of a source are sequences of tokens. Those of a test set of the user's are whatever
/// its file holds: false.
bool holds_tokens(DataSource source);
/// Whether those sequences are puzzles.
bool holds_puzzles(DataSource source);

/// Whether a source makes its samples itself, as many as are wanted, and reads no files.
bool is_made_here(DataSource source);

/// One split of the test set: base images x shifts x severities.
struct SplitOptions {
  int64_t base_images = 0;               // base images of this split (0: the split is empty)
  std::vector<std::string> shifts = {};  // names in the registry of shifts (kernels/shifts)
  std::vector<int> severities = {5};     // 1-5
  bool clean = false;                    // also keep each base image unshifted (severity 0)
  bool operator==(const SplitOptions&) const = default;
};

/// [data]: where images come from and which shifted samples `prepare` makes of them.
struct DataOptions {
  DataSource source = DataSource::glyphs;
  std::string path = {};  // folder or file of the source, relative to the working directory ("" for glyphs)
  uint64_t seed = 1;      // seed of the generator, of the choice of base images and of every shift
  int64_t train_images = 4000;  // images `train` sees (0: all of the source's training part)
  SplitOptions report = {};     // [data.report]: what is reported
  SplitOptions tune = {};       // [data.tune]: what hyper-parameters are chosen on
  // How images in files are brought to one size, as torchvision's Resize and CenterCrop do it.
  int resize = 0;  // pixels of the shorter side; 0: as stored
  int crop = 0;    // side of the square cut out of the middle; 0: nothing is cut
  // Documents (source language or texts).
  int64_t document_bytes = 1024;   // longer ones are cut to so many
  int64_t train_documents = 3000;  // that `train` sees, or puzzles (0: all of the source's training part)
  // Puzzles (source puzzles or arc).
  int grid_side = 5;       // rows and columns of the grids; of arc: tasks with larger grids are left out
  int demonstrations = 4;  // of each puzzle that is made here
  bool operator==(const DataOptions&) const = default;
};
void validate(const DataOptions& options);

}  // namespace ttt
