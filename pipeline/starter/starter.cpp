#include "pipeline/starter/starter.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/sources/image_set.h"
#include "pipeline/sources/source.h"
#include "schemas/error.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

/// What the spec says of its data, chosen by what is there.
struct Sizes {
  std::string source;
  int64_t training = 0;  // images of the training part
  int64_t test = 0;      // of the test part
  int side = 32;
  std::vector<std::string> shifts, tune_shifts;
};

std::string list_of(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(toml_string(name));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string name_of(DataSource source) {
  DataOptions options;
  options.source = source;
  for (const Field& field : fields(options))
    if (const auto* chosen = std::get_if<Choice>(&field.target); chosen && field.key == "source")
      return std::string(chosen->names[chosen->get()]);
  return "";
}

/// Four shifts to report and two others to choose on, of those that the source knows.
void choose_shifts(const StarterOptions& options, const ImageSet& images, Sizes& sizes) {
  const std::vector<std::string> known = images.shift_names();
  const auto take = [&](std::vector<std::string> wanted) {
    std::erase_if(wanted,
                  [&](const std::string& name) { return std::ranges::find(known, name) == known.end(); });
    return wanted;
  };
  if (options.source == DataSource::glyphs) {
    sizes.shifts = take({"glyph_gauss", "glyph_defocus", "glyph_fog", "glyph_contrast"});
    sizes.tune_shifts = take({"glyph_texture", "glyph_speckle"});
  } else {
    sizes.shifts = take({"gaussian_noise", "defocus_blur", "fog", "contrast"});
    sizes.tune_shifts = take({"speckle_noise", "gaussian_blur"});
  }
  if (sizes.shifts.empty() && !known.empty()) sizes.shifts = {known.front()};
  if (sizes.tune_shifts.empty() && !known.empty()) sizes.tune_shifts = {known.back()};
}

Sizes choose(const StarterOptions& options) {
  Sizes sizes;
  sizes.source = name_of(options.source);
  if (options.source == DataSource::testset) return sizes;
  DataOptions data;
  data.source = options.source;
  data.path = options.path;
  const auto test = open_images(data, DataPart::test);
  const bool endless = test->in_random_order();
  sizes.test = endless ? 1000 : test->size();
  sizes.side = test->form().height;
  if (options.weights.empty())
    sizes.training =
        endless ? 4000 : std::min<int64_t>(50'000, open_images(data, DataPart::training)->size());
  choose_shifts(options, *test, sizes);
  return sizes;
}

std::string data_part(const StarterOptions& options, const Sizes& c) {
  std::string text = fmt::format(
      "[data]\nsource = {}       # where images come from: `ttt-eval list sources`\n", toml_string(c.source));
  if (!options.path.empty())
    text += fmt::format("path = {}   # relative to the folder that commands are called in\n",
                        toml_string(options.path));
  if (options.source == DataSource::testset)
    return text + "# A test set brings its samples, shifts and splits: nothing else is chosen here.\n";
  if (c.training > 0)
    text += fmt::format(
        "train_images = {}   # images that the source models are trained on; 0: all there are\n", c.training);
  const int64_t report = std::max<int64_t>(1, std::min<int64_t>(100, c.test * 2 / 3));
  const int64_t tune = std::min<int64_t>(50, c.test - report);
  text += fmt::format(
      "\n[data.report]          # what is reported: each base image under each shift at each severity\n"
      "base_images = {}        # of the {} test images; more make intervals narrower\n"
      "shifts = {}             # `ttt-eval list shifts` shows all\n"
      "severities = [5]       # 1 (mild) to 5\n"
      "# clean = true         # the images as they are, too\n",
      report, options.source == DataSource::glyphs ? "endless" : std::to_string(c.test), list_of(c.shifts));
  if (tune > 0)
    text += fmt::format(
        "\n[data.tune]            # what rates and steps are chosen on (--set run.split=tune): other images, "
        "other "
        "shifts\nbase_images = {}\nshifts = {}\n",
        tune, list_of(c.tune_shifts));
  return text;
}

std::string model_part(const StarterOptions& options, const Sizes& c) {
  if (!options.weights.empty())
    return fmt::format(
        "\n[model.mine]           # your weights; these keys must say what they are (docs/keys.md, "
        "[model.NAME])\n"
        "weights = {}\n# depth = 26\n# widths = [16, 32, 64]\n# norm_groups = 8\n# stem_stride = 1\n"
        "# split_after = 2\n",
        list_of(options.weights));
  return fmt::format(
      "\n[model.small]          # a ResNet with GroupNorm and a rotation head, trained here\n"
      "depth = 8              # 6 n + 2; 26 is the published network, many times dearer\n"
      "widths = [16, 32, 64]\n"
      "norm_groups = 8\n"
      "stem_stride = {}        # 2 halves the image at once: a quarter of the cost\n"
      "split_after = 3        # the group after which the rotation head leaves: 3 shares all but two "
      "linears\n"
      "seeds = [1, 2, 3]      # one model each: differences between trainings are part of the answer\n"
      "\n[training]\n"
      "epochs = 10            # the published recipe has 150\n"
      "batch = 64\n"
      "learning_rate = 0.1\n"
      "schedule = \"cosine\"\n"
      "warmup = 0.1\n"
      "all_turns = false\n"
      "\n[training.views]\n"
      "flip = false           # true where a mirror image is of the same class: photographs, not letters\n",
      c.side >= 32 ? 2 : 1);
}

constexpr std::string_view adapt =
    R"(kind = "adapt"         # gradient steps on a loss made of the sample alone
task = "rotation"      # `ttt-eval list tasks` shows the others
subset = "norm"        # what steps: scales and shifts of the norms
steps = 4
views_per_step = 8
learning_rate = 0.01   # a list here is a sweep: choose on the tune split
)";

std::string method_part(bool several) {
  const std::string views = "views = { padding = 2, flip = false }\n";
  std::string text = fmt::format("\n[method.ttt]\n{}{}", adapt, views);
  text += fmt::format(
      "\n[method.placebo]       # the same budget spent on another sample: what it gains is not TTT's\n{}"
      "adapt_on = \"other\"\n{}",
      adapt, views);
  text +=
      "\n[method.vote]          # the mean prediction over shifted views: compute without gradients\n"
      "kind = \"vote\"\nview = { padding = 2, flip = false }\n";
  if (several) text += "\n[method.ensemble]      # the models together\nkind = \"ensemble\"\n";
  return text;
}

}  // namespace

std::string starter_spec(const StarterOptions& options) {
  require(options.source != DataSource::testset || !options.weights.empty(),
          "init: a test set holds no training images: name weights with --weights");
  const Sizes sizes = choose(options);
  const bool several = options.weights.empty() || options.weights.size() > 1;
  return "# A job of ttt-eval: `ttt-eval check` opens what it names, `ttt-eval plan` says what it takes, "
         "`ttt-eval "
         "all` does it.\n# Every key with its default and limits: docs/keys.md. A key that is left out has "
         "its "
         "default.\n\n" +
         data_part(options, sizes) + model_part(options, sizes) + method_part(several) +
         "\n[run]\nseed = 1               # of every draw; changes no result: threads, lanes, ranks\n"
         "# device = \"cuda\"      # a GPU a rank; \"cpu\" is the default\n"
         "\n[report]\nmethod = \"ttt\"         # the method under test\n";
}

}  // namespace ttt
