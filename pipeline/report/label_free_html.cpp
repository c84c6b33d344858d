#include "pipeline/report/label_free_html.h"

#include <fmt/format.h>

#include "pipeline/report/html.h"
#include "pipeline/report/text.h"

namespace ttt {
namespace {

std::string error_table(const LabelFree& estimates) {
  std::vector<std::vector<Cell>> rows;
  for (const LabelFreeError& error : estimates.errors)
    rows.push_back(
        {{error.guess}, {grouped(static_cast<int64_t>(estimates.cells.size()))}, {percent(error.mean)}});
  return html_table({"guess without labels", "model x shift", "mean absolute error, points"}, rows);
}

std::string cell_table(const LabelFree& estimates) {
  std::vector<std::vector<Cell>> rows;
  for (const LabelFreeCell& cell : estimates.cells)
    rows.push_back({{cell.model},
                    {cell.shift},
                    {grouped(cell.n)},
                    {percent(cell.accuracy)},
                    {percent(cell.flips)},
                    {percent(cell.by_flips)},
                    {percent(cell.confidence)}});
  return html_table(
      {"model", "shift", "n", "accuracy, %", "weighted flips, %", "guess by flips, %", "mean confidence, %"},
      rows);
}

}  // namespace

std::string label_free_html(const Section& section) {
  if (!section.label_free) return "";
  const LabelFree& estimates = *section.label_free;
  return html_heading(3, "Accuracy without labels") +
         html_paragraph(
             fmt::format("The accuracy of the source model on each shift, guessed from how often adaptation "
                         "changes its prediction, weighted by its confidence (Press et al., ICML 2024). The "
                         "relation is a quadratic, fitted on {} pairs of model and shift of the split tune.",
                         estimates.fitted_on),
             "note") +
         error_table(estimates) + html_folded("Every model and shift", cell_table(estimates));
}

}  // namespace ttt
