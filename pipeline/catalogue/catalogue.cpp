#include "pipeline/catalogue/catalogue.h"

#include "kernels/shifts/tables.h"
#include "pipeline/catalogue/spec_keys.h"
#include "pipeline/memory/registry.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/registry.h"
#include "pipeline/policies/registry.h"
#include "pipeline/scores/registry.h"
#include "pipeline/sources/source.h"
#include "pipeline/tasks/registry.h"
#include "pipeline/votes/registry.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

/// An entry of what is known by a row of any registry.
template <typename Row>
CatalogueEntry entry_of(const Row& row, std::string needs, std::string_view cost) {
  return {std::string(row.name), std::string(row.summary), std::string(row.source), std::move(needs),
          std::string(cost)};
}

std::vector<KeyRow> own_keys(Options options) { return key_rows(options.fields()); }

/// A list in words, of what is not empty.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += ", ";
    text += part;
  }
  return text;
}

CatalogueSection models() {
  CatalogueSection section{"models", "[model.NAME], by its keys", {}};
  for (const ModelFamily* family : model_families()) {
    section.entries.push_back(entry_of(*family, std::string(family->needs), family->cost));
    section.entries.back().keys = own_keys(family->options());
  }
  return section;
}

std::string needs_of(const Task& task) {
  return joined({task.needs, task.needs_sam ? "sam_radius > 0" : ""});
}

std::string cost_of(const Task& task) {
  const int passes = task.needs_sam ? 2 : 1;
  const int forwards = passes * (1 + task.extra_forwards(task.options()));
  if (forwards == 1) return "S V forward and backward passes";
  if (forwards == passes) return fmt::format("{} S V forward and backward passes", passes);
  return fmt::format("{} S V forward and {} S V backward passes", forwards, passes);
}

CatalogueSection task_section() {
  CatalogueSection section{"tasks", "task = \"NAME\" of kind = \"adapt\"", {}};
  for (const Task* task : tasks()) {
    section.entries.push_back(entry_of(*task, needs_of(*task), cost_of(*task)));
    section.entries.back().keys = own_keys(task->options());
  }
  return section;
}

CatalogueSection method_section() {
  CatalogueSection section{"methods", "kind = \"NAME\" of [method.NAME]", {}};
  for (const Method* kind : methods()) {
    section.entries.push_back(entry_of(*kind, std::string(kind->needs), kind->cost));
    section.entries.back().keys = selected_keys(kind->options()).always;
  }
  return section;
}

CatalogueSection vote_section() {
  CatalogueSection section{"votes", "rule = \"NAME\" of kind = \"vote\" and \"ensemble\"", {}};
  for (const VoteRule* rule : vote_rules()) {
    const std::string_view cost = rule->stops_early
                                      ? "at most N forward passes, what each sample used (paid_flops)"
                                      : "N forward passes";
    section.entries.push_back(entry_of(*rule, "", cost));
    section.entries.back().keys = own_keys(rule->options());
  }
  return section;
}

/// The option by which a rule reads probe_loss; "" where none does.
std::string probe_need(const PolicyRule& rule) {
  Options options = rule.options();
  for (const Field& field : options.fields()) {
    const auto* choice = std::get_if<Choice>(&field.target);
    for (size_t i = 0; choice && i < choice->names.size(); ++i) {
      choice->set(i);
      if (rule.needs(options).probe_loss)
        return fmt::format("keep = [\"probe_loss\"] for {} = {}", field.key, toml_string(choice->names[i]));
    }
  }
  return "";
}

std::string needs_of(const PolicyRule& rule) {
  const PolicyNeeds needs = rule.needs(rule.options());
  const auto* threshold = std::get_if<ThresholdFit>(&rule.fit);
  const bool logits = needs.logits || needs.with || rule.mixes;
  return joined({needs.auxiliary_confidence ? "keep = [\"auxiliary_confidence\"]" : "", probe_need(rule),
                 needs.with ? "a second method (with)" : "", logits ? "run.logits = true" : "",
                 threshold ? fmt::format("a tune split or a number for {}", threshold->key) : "",
                 std::holds_alternative<LogisticFit>(rule.fit) ? "a tune split" : ""});
}

CatalogueSection policy_section() {
  CatalogueSection section{"policies", "rule = \"NAME\" of kind = \"policy\"", {}};
  for (const PolicyRule* rule : policy_rules()) {
    section.entries.push_back(entry_of(*rule, needs_of(*rule), rule->cost));
    section.entries.back().keys = own_keys(rule->options());
  }
  return section;
}

CatalogueSection memory_section() {
  CatalogueSection section{"memory", "rule = \"NAME\" of kind = \"memory\"", {}};
  for (const MemoryRule* rule : memory_rules()) {
    section.entries.push_back(
        entry_of(*rule,
                 joined({"features and logits of an adapt method",
                         rule->needs_classifier ? "the models' last linear layers" : ""}),
                 rule->cost));
    section.entries.back().keys = own_keys(rule->options());
  }
  return section;
}

CatalogueSection scores() {
  CatalogueSection section{"scores", "what results.h5 and the report say of every method", {}};
  for (const ScoreFamily* family : score_families())
    section.entries.push_back(
        {std::string(family->name), fmt::format("{}: {}", family->summary, family->columns),
         std::string(family->statistics), std::string(family->needs), std::string(family->cost)});
  return section;
}

CatalogueSection sources() {
  CatalogueSection section{"sources", "data.source = \"NAME\"", {}};
  DataOptions options;
  const Fields all = fields(options);
  const auto& choice = std::get<Choice>(all.front().target);
  for (size_t i = 0; i < choice.names.size(); ++i) {
    const SourceFacts facts = facts_of(static_cast<DataSource>(i));
    section.entries.push_back({std::string(choice.names[i]), std::string(facts.summary),
                               std::string(facts.source), std::string(facts.needs), ""});
  }
  return section;
}

CatalogueSection shifts() {
  CatalogueSection section{
      "shifts",
      "data.report.shifts and data.tune.shifts; `prepare` makes a sample of each base image, "
      "shift and severity",
      {}};
  const auto add = [&](const std::vector<Shift>& shifts, const std::string& source) {
    for (const Shift& shift : shifts)
      section.entries.push_back({shift.name, shift.description, source, "", ""});
  };
  add(cifar10_c_shifts(), "Hendrycks and Dietterich, ICLR 2019, generated anew; severities 1 to 5");
  add(glyph_shifts(), "this program; all severities mean the same");
  return section;
}

}  // namespace

std::vector<CatalogueSection> catalogue() {
  return {models(),         task_section(), method_section(), vote_section(), policy_section(),
          memory_section(), scores(),       sources(),        shifts()};
}

}  // namespace ttt
