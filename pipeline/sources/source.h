#pragma once
#include <string_view>

#include "pipeline/sources/image_set.h"
#include "pipeline/sources/labelled_images.h"
#include "schemas/data_options.h"

namespace ttt {

/// What people should know of a source.
struct SourceFacts {
  std::string_view summary;  // one line
  std::string_view needs;    // what data.path names
  std::string_view source;   // where it was published
};
SourceFacts facts_of(DataSource source);

// What training sees. Both throw an Error that names the file, or the key of [data], at fault.

/// The training part, the first `options.train_images` images of a keyed shuffle (0: all).
LabelledImages training_images(const DataOptions& options);

/// How many images of `set`, the training part, training sees. Throws the same Errors.
int64_t training_count(const ImageSet& set, const DataOptions& options);

/// None, of that form.
LabelledImages images_of_form(const ImageForm& form);

/// The network is made for images of one form. Throws a data Error that names `path` when the parts differ.
void require_same_form(const LabelledImages& training, const LabelledImages& test, const std::string& path);

/// `most` images of the test part, or as many as it holds (of glyphs, which are endless: as many as there are
/// base images), chosen by the seed.
LabelledImages held_out_images(const DataOptions& options, int64_t most);

}  // namespace ttt
