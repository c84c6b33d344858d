#include "pipeline/report/css.h"

#include <fmt/format.h>

namespace ttt {
namespace {

// Colours: distinct under the common colour-vision deficiencies; 3:1 or better against their paper.
constexpr std::string_view light = R"(--paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #c9d0d8;
  --grid: #e9ecf0; --tint: #f5f7f9; --c0: #0a62ad; --c1: #d3541a; --c2: #0b8a66; --c3: #a8439a; --c4: #a87900;
  --c5: #3a94c9; --c6: #6f57b8; --grey: #858d97; --good: #0b7a4b; --bad: #b3261e; --care: #8a5a00;)";
constexpr std::string_view dark = R"(--paper: #15181c; --ink: #e6e9ed; --soft: #9aa4af; --rule: #3b424b;
  --grid: #262b31; --tint: #1c2026; --c0: #63b3f5; --c1: #ff8a52; --c2: #3ecfa0; --c3: #e48fd6; --c4: #e3b341;
  --c5: #86cdf0; --c6: #b39dfa; --grey: #8b949e; --good: #4cc38a; --bad: #ff8f87; --care: #e3b341;)";

constexpr std::string_view chart_rules =
    R"(.chart { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-size: 12px; }
.paper { fill: var(--paper); }
.chart text { fill: var(--ink); }
.chart .soft { fill: var(--soft); }
.chart .small { font-size: 11px; }
.chart .title { font-weight: 600; font-size: 13px; }
.chart .label { font-size: 11px; font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.area { opacity: 0.16; }
.chart .area { stroke: none; }
.mark { stroke-width: 1.4; }
.grid { stroke: var(--grid); stroke-width: 1; }
.axis { stroke: var(--rule); stroke-width: 1; }
.zero { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
.bold { stroke-width: 2.4; }
.bar { stroke-width: 1.3; opacity: 0.55; }
.thin { stroke-width: 1; opacity: 0.45; }
.faint { opacity: 0.5; }
.dashed { stroke-dasharray: 6 4; }
.dotted { stroke-dasharray: 2 3; }
.mark.dashed, .mark.dotted, .bar.dashed, .bar.dotted { stroke-dasharray: none; }
.c0 { stroke: var(--c0); } .area.c0, .mark.c0, .fill.c0, text.c0 { fill: var(--c0); }
.c1 { stroke: var(--c1); } .area.c1, .mark.c1, .fill.c1, text.c1 { fill: var(--c1); }
.c2 { stroke: var(--c2); } .area.c2, .mark.c2, .fill.c2, text.c2 { fill: var(--c2); }
.c3 { stroke: var(--c3); } .area.c3, .mark.c3, .fill.c3, text.c3 { fill: var(--c3); }
.c4 { stroke: var(--c4); } .area.c4, .mark.c4, .fill.c4, text.c4 { fill: var(--c4); }
.c5 { stroke: var(--c5); } .area.c5, .mark.c5, .fill.c5, text.c5 { fill: var(--c5); }
.c6 { stroke: var(--c6); } .area.c6, .mark.c6, .fill.c6, text.c6 { fill: var(--c6); }
.grey { stroke: var(--grey); } .area.grey, .mark.grey, .fill.grey, text.grey { fill: var(--grey); }
.ink { stroke: var(--ink); } .mark.ink, .fill.ink { fill: var(--ink); }
.mark.hollow { fill: var(--paper); }
.fill { stroke: none; }
.chart text.label { stroke: var(--paper); opacity: 1; }
.chart text.label.c0 { fill: var(--c0); } .chart text.label.c1 { fill: var(--c1); }
.chart text.label.c2 { fill: var(--c2); } .chart text.label.c3 { fill: var(--c3); }
.chart text.label.c4 { fill: var(--c4); } .chart text.label.c5 { fill: var(--c5); }
.chart text.label.c6 { fill: var(--c6); } .chart text.label.grey { fill: var(--soft); }
)";

constexpr std::string_view page_rules = R"(:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; }
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
figure { margin: 12px 0 20px; overflow-x: auto; }
figcaption { font-size: 13px; color: var(--soft); max-width: 95ch; margin-top: 4px; }
figure svg { max-width: 100%; height: auto; display: block; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 8px 14px; }
.scroll { overflow-x: auto; margin: 8px 0 16px; }
table { border-collapse: collapse; font-size: 12.5px; font-variant-numeric: tabular-nums; }
th { font-weight: 600; text-align: right; vertical-align: bottom; color: var(--soft);
  border-bottom: 1px solid var(--rule); padding: 4px 10px 4px 0; }
td { text-align: right; padding: 3px 9px 3px 0; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child, .facts td { text-align: left; }
.facts td { white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
.facts td:first-child { white-space: nowrap; color: var(--soft); padding-right: 20px; }
tr.first td { border-top: 1px solid var(--rule); }
td.good { color: var(--good); font-weight: 600; } td.bad { color: var(--bad); font-weight: 600; }
pre { background: var(--tint); border-radius: 6px; padding: 12px 16px; overflow-x: auto; font-size: 12.5px; }
summary { cursor: pointer; font-weight: 600; }
dt { font-weight: 600; margin-top: 8px; } dd { margin: 0 0 0 0; max-width: 90ch; }
@media print { main { max-width: none; padding: 0; } h2 { break-before: page; } h2.first { break-before: auto; }
  figure, table, .tiles, li { break-inside: avoid; } nav { display: none; } body { font-size: 11pt; } }
)";

std::string colours() {
  return fmt::format(
      ":root {{ {0} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {1} }} }}\n@media print {{ :root {{ "
      "{0} }} }}\n",
      light, dark);
}

}  // namespace

std::string chart_css() { return colours() + std::string(chart_rules); }

std::string page_css() { return chart_css() + std::string(page_rules); }

}  // namespace ttt
