#include "pipeline/report/score_text.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

namespace ttt {
namespace {

constexpr std::string_view dash = "–", minus = "−";

std::string fixed_point(double value, int decimals) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : std::string(dash);
}

}  // namespace

std::string value_text(const ScoreFamily& score, double value) {
  return fixed_point(score.scale * value, score.decimals);
}

std::string value_range(const ScoreFamily& score, Interval values) {
  if (!std::isfinite(values.low)) return std::string(dash);
  return value_text(score, values.low) + " – " + value_text(score, values.high);
}

std::string gain_text(const ScoreFamily& score, double gain) {
  if (!std::isfinite(gain)) return std::string(dash);
  const double fine = std::pow(10, score.decimals);
  const double rounded = std::round(score.scale * fine * gain) / fine;
  if (rounded == 0) return fixed_point(0, score.decimals);
  return fmt::format("{}{:.{}f}", rounded < 0 ? minus : "+", std::abs(rounded), score.decimals);
}

std::string gain_range(const ScoreFamily& score, Interval gains) {
  if (!std::isfinite(gains.low)) return std::string(dash);
  return gain_text(score, gains.low) + " … " + gain_text(score, gains.high);
}

std::string gain_size(const ScoreFamily& score, double gain) { return value_text(score, std::abs(gain)); }

std::string side_text(const SideFigure& figure, double value) {
  return fixed_point(figure.scale * value, figure.decimals);
}

std::string value_heading(const ScoreFamily& score) {
  const ScoreWords& words = score.words;
  return words.axis.empty() ? std::string(words.value) : fmt::format("{}, {}", words.value, words.axis);
}

std::string gain_heading(const ScoreFamily& score) {
  return fmt::format("{}, {}", score.words.gain, score.words.gain_unit);
}

std::string value_axis(const ScoreFamily& score) {
  return std::string(score.words.axis.empty() ? score.words.value : score.words.axis);
}

std::string change_heading(const ScoreFamily& score) {
  return fmt::format("{} / {}", score.words.better, score.words.worse);
}

std::string rival_heading(const ScoreFamily& score, std::string_view it, std::string_view rival) {
  return fmt::format("only {} / only {} {}", it, rival, score.words.rival_better);
}

std::string with_capital(std::string_view text) {
  std::string capital(text);
  if (!capital.empty()) capital[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(capital[0])));
  return capital;
}

std::string with_small(std::string_view text) {
  std::string small(text);
  if (!small.empty()) small[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(small[0])));
  return small;
}

}  // namespace ttt
