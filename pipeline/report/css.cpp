#include "pipeline/report/css.h"

#include <fmt/format.h>

#include "pipeline/report/palette.h"

namespace ttt {
namespace {

constexpr std::string_view page_rules = R"(:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.chart { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 21px; margin: 48px 0 4px; padding-top: 16px; border-top: 1px solid var(--rule); }
h3 { font-size: 16px; margin: 36px 0 4px; }
p { margin: 4px 0 12px; max-width: 78ch; }
.soft, .note { color: var(--soft); }
.note { font-size: 13px; }
.banner { border: 2px solid var(--bad); color: var(--bad); border-radius: 6px; padding: 10px 14px; margin: 0 0 20px;
  font-weight: 600; }
nav { margin: 12px 0 0; font-size: 13.5px; }
nav a, a { color: var(--c0); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; margin: 16px 0 20px; }
.tile { background: var(--tint); border-radius: 8px; padding: 12px 16px; }
.tile .name { font-size: 13px; color: var(--soft); }
.tile .figure { font-size: 27px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile .figure small { font-size: 14px; font-weight: 500; color: var(--soft); }
.tile .range { font-size: 13px; }
ul.findings { list-style: none; margin: 8px 0 16px; padding: 0; }
ul.findings li { border-left: 4px solid var(--rule); padding: 3px 0 3px 12px; margin: 7px 0; max-width: 90ch; }
ul.findings li b { font-weight: 650; }
ul.findings .good { border-color: var(--good); } ul.findings .good b { color: var(--good); }
ul.findings .bad { border-color: var(--bad); } ul.findings .bad b { color: var(--bad); }
ul.findings .care { border-color: var(--care); } ul.findings .care b { color: var(--care); }
figure { margin: 12px 0 20px; }
figcaption { font-size: 13px; color: var(--soft); max-width: 95ch; margin-top: 4px; }
figure svg { max-width: 100%; height: auto; display: block; }
.mark { color: var(--bad); font-weight: 600; margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 12.5px; margin: 0 0 10px; }
.legend span { display: inline-flex; align-items: center; gap: 6px; }
.row { display: grid; grid-template-columns: var(--columns); gap: 8px; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 8px 14px; }
/* What does not fit scrolls; a shadow at the edge, covered at the end of the way, says that there is more. */
.scroll { overflow-x: auto; margin: 8px 0 16px; background:
  linear-gradient(to right, var(--paper) 50%, transparent) left / 32px 100% no-repeat local,
  linear-gradient(to left, var(--paper) 50%, transparent) right / 32px 100% no-repeat local,
  linear-gradient(to right, var(--grey), transparent) left / 12px 100% no-repeat scroll,
  linear-gradient(to left, var(--grey), transparent) right / 12px 100% no-repeat scroll; }
table { border-collapse: collapse; font-size: 12.5px; font-variant-numeric: tabular-nums; }
th { font-weight: 600; text-align: right; vertical-align: bottom; color: var(--soft);
  border-bottom: 1px solid var(--rule); padding: 4px 10px 4px 0; }
td { text-align: right; padding: 3px 9px 3px 0; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child, .facts td { text-align: left; }
.facts td { white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
.facts td:first-child { white-space: nowrap; color: var(--soft); padding-right: 20px; }
.answer td:nth-child(2), .answer th:nth-child(2) { text-align: left; }
tr.first td { border-top: 1px solid var(--rule); }
td.good { color: var(--good); font-weight: 600; } td.bad { color: var(--bad); font-weight: 600; }
pre { background: var(--tint); border-radius: 6px; padding: 12px 16px; overflow-x: auto; font-size: 12.5px; }
p.family { margin: 10px 0 2px; max-width: 100ch; }
details { margin: 0 0 10px; } details summary { font-size: 13px; color: var(--soft); }
summary { cursor: pointer; font-weight: 600; }
dt { font-weight: 600; margin-top: 8px; } dd { margin: 0 0 0 0; max-width: 90ch; }
@media screen and (max-width: 860px) { main { padding: 20px 14px 40px; }
  .row { grid-template-columns: minmax(0, 1fr); } .wide svg { max-width: none; } }
@media print { @page { margin: 12mm; } body { font-size: 10pt; } main { max-width: none; padding: 0; }
  nav { display: none; } h2.next { break-before: page; } h1, h2, h3, dt, .legend { break-after: avoid; }
  .multiples { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .row, .wide, .multiples svg, tr, .tiles, li { break-inside: avoid; } figcaption { break-before: avoid; }
  thead { display: table-header-group; } .scroll { overflow: visible; background: none; }
  table { font-size: 6.8pt; } th { padding-right: 5px; } td { padding: 2px 5px 2px 0; white-space: normal; }
  td:first-child { overflow-wrap: anywhere; } pre { white-space: pre-wrap; overflow-wrap: anywhere; } }
)";

std::string variables(std::string_view Colour::*paper) {
  std::string text;
  for (const Colour& colour : palette) text += fmt::format("--{}: {}; ", colour.name, colour.*paper);
  return ":root { " + text + "}";
}

std::string colours() {
  std::string text =
      fmt::format("{0}\n@media (prefers-color-scheme: dark) {{ {1} }}\n@media print {{ {0} }}\n",
                  variables(&Colour::light), variables(&Colour::dark));
  for (const Colour& colour : palette)
    text +=
        fmt::format(".fill-{0} {{ fill: var(--{0}); }} .stroke-{0} {{ stroke: var(--{0}); }}\n", colour.name);
  return text;
}

}  // namespace

std::string page_css() { return colours() + std::string(page_rules); }

}  // namespace ttt
