#include "pipeline/report/text.h"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>

namespace ttt {
namespace {

constexpr std::string_view dash = "–";
constexpr std::string_view minus = "−";

std::string with_minus(std::string number) {
  if (!number.empty() && number[0] == '-') number.replace(0, 1, minus);
  return number;
}

struct Prefix {
  double factor;
  std::string_view name;
};

std::string scaled(double value, std::string_view unit, std::initializer_list<Prefix> prefixes) {
  if (!std::isfinite(value)) return std::string(dash);
  for (const Prefix& prefix : prefixes)
    if (std::abs(value) >= prefix.factor)
      return fmt::format("{} {}{}", short_number(value / prefix.factor), prefix.name, unit);
  return fmt::format("{} {}", short_number(value), unit);
}

}  // namespace

std::string percent(double share) {
  return std::isfinite(share) ? fmt::format("{:.1f}", 100 * share) : std::string(dash);
}

std::string p_value(double p) {
  if (!std::isfinite(p)) return std::string(dash);
  if (p >= 0.995) return "1";
  if (p >= 0.1) return fmt::format("{:.2f}", p);
  if (p >= 0.01) return fmt::format("{:.3f}", p);
  if (p >= 0.0001) return fmt::format("{:.4f}", p);
  return p < 1e-99 ? "< 1e-99" : fmt::format("{:.0e}", p);
}

std::string p_is(double p) {
  const std::string text = p_value(p);
  return text[0] == '<' ? "p " + text : "p = " + text;
}

std::string short_number(double value) {
  if (!std::isfinite(value)) return std::string(dash);
  const double size = std::abs(value);
  if (size >= 1e6) return with_minus(fmt::format("{:.2e}", value));
  if (size >= 100 || value == std::round(value)) return with_minus(fmt::format("{:.0f}", value));
  if (size >= 10) return with_minus(fmt::format("{:.1f}", value));
  return with_minus(fmt::format("{:.3g}", value));
}

std::string flops_text(double flops) {
  return scaled(flops, "FLOP", {{1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}});
}

std::string seconds_text(double seconds) { return scaled(seconds, "s", {{1, ""}, {1e-3, "m"}, {1e-6, "µ"}}); }

std::string counted(int64_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
}

std::string grouped(int64_t n) {
  std::string digits = std::to_string(n);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), "\u202f");
  return digits;
}

std::string milestone_text(int milestone, std::string_view unit) {
  std::string_view one = unit;
  if (milestone == 1 && one.ends_with('s')) one.remove_suffix(1);
  return fmt::format("{} {}", milestone, one);
}

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
    }
  }
  return escaped;
}

}  // namespace ttt
